/**
 * Where a build's dump is kept: on the agent's disk, archived with the build, or in S3. A driver opens the engine's
 * {@link io.jenkins.plugins.pgbackup.engine.store.Store} for one build.
 */
package io.jenkins.plugins.pgbackup.driver;
