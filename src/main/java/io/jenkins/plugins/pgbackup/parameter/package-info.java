/**
 * The parameter of a build by which a person chooses one of the dumps that there are. It lists what {@code driver} finds; its value
 * is what the steps that restore take as {@code from}.
 */
package io.jenkins.plugins.pgbackup.parameter;
