/**
 * How the command line reaches S3: the arguments, and what the AWS CLI would read from its files and its environment.
 */
package io.jenkins.plugins.pgbackup.cli.s3;
