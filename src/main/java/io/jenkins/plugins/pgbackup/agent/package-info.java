/**
 * The engine's {@link io.jenkins.plugins.pgbackup.engine.machine.Machine} as a Jenkins agent: tasks over the channel, programs by
 * the step's launcher, and the only place that receives what an agent returns.
 */
package io.jenkins.plugins.pgbackup.agent;
