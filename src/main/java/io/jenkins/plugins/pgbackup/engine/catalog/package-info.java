/**
 * What is known of the dumps of a store: their manifests, and the command that restores one.
 */
package io.jenkins.plugins.pgbackup.engine.catalog;
