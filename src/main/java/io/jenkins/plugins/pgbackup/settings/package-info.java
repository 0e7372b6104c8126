/**
 * What both steps and the administrator are asked for, with the rules that each value has to keep and the checks of the forms.
 */
package io.jenkins.plugins.pgbackup.settings;
