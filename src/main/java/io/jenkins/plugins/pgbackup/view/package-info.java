/**
 * What people look at: the log of a build and its page.
 */
package io.jenkins.plugins.pgbackup.view;
