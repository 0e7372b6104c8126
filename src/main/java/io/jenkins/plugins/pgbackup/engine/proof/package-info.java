/**
 * How much proof a dump needs before it is visible, and what was proven.
 */
package io.jenkins.plugins.pgbackup.engine.proof;
