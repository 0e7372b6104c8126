/**
 * The machine that has the bytes: this one, or an agent. Work for it is a serializable task, a program is started through it,
 * and a private directory on it lives as long as one run.
 */
package io.jenkins.plugins.pgbackup.engine.machine;
