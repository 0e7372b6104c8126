package io.jenkins.plugins.pgbackup;

/** What a bucket's server is told besides the bytes. */
class S3OptionsTest {}
