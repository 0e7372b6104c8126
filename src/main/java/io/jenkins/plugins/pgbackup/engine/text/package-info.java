/** What text becomes where people read it. It knows no other package of the engine, so that each of them may use it. */
package io.jenkins.plugins.pgbackup.engine.text;
