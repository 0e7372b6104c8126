/**
 * What both steps and the administrator set, with the rules that each value has to keep and the checks of the forms.
 */
package io.jenkins.plugins.pgbackup.settings;
