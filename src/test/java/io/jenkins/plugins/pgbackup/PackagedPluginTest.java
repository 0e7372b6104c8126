package io.jenkins.plugins.pgbackup;

/** The plugin as Jenkins loads it from its package. */
class PackagedPluginTest {}
