/**
 * Dumps as objects of S3 or of a store that speaks its protocol, on the side that has the keys: buckets, keys, multipart uploads,
 * presigned URLs, and the failures of the AWS SDK.
 */
package io.jenkins.plugins.pgbackup.engine.store.s3;
