/**
 * What moves a dump between a machine and S3 by presigned URLs. It runs on an agent, so it knows no key, no bucket, and no class
 * of the AWS SDK.
 */
package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;
