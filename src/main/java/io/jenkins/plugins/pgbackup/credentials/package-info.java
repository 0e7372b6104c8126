/**
 * What is looked up in the credential store, on the controller and for one build: a database's user and password, and the keys
 * of AWS.
 */
package io.jenkins.plugins.pgbackup.credentials;
