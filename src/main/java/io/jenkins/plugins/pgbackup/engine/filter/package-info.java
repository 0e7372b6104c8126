/** The filters that a dump goes through as a whole, outside {@code pg_dump}: compression, and room for encryption behind it. */
package io.jenkins.plugins.pgbackup.engine.filter;
