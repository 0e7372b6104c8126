/**
 * Why something stopped: each exception carries one sentence for people, that says what to do.
 */
package io.jenkins.plugins.pgbackup.engine.failure;
