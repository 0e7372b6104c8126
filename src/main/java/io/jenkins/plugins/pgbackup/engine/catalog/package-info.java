/**
 * What is known of the dumps of a store: their manifests, the command that restores one, and which of them stay.
 */
package io.jenkins.plugins.pgbackup.engine.catalog;
