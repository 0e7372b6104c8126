/**
 * A place for dumps, as the stories see it: where a dump is opened, committed or withdrawn, and how it is read back.
 */
package io.jenkins.plugins.pgbackup.engine.store;
