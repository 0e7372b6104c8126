package io.jenkins.plugins.pgbackup;

import hudson.model.Job;

/** The two ways in: a build step of a freestyle job, and a step of a Pipeline. */
public enum StepKind {
    FREESTYLE {
        @Override
        public Job<?, ?> job(JenkinsWithAgent jenkins, StepSettings settings) throws Exception {
            return jenkins.freestyle(settings.toBuilder());
        }
    },
    PIPELINE {
        @Override
        public Job<?, ?> job(JenkinsWithAgent jenkins, StepSettings settings) throws Exception {
            return jenkins.pipelineOnAgent(settings.toStep());
        }
    };

    /** A job whose builds make such a backup on the agent. */
    public abstract Job<?, ?> job(JenkinsWithAgent jenkins, StepSettings settings) throws Exception;
}
