package io.jenkins.plugins.pgbackup.engine;

import java.util.Map;

/**
 * What a backup leaves behind in places where it is not noticed, if nothing can clean up after it.
 *
 * @param directory the private directory on the machine, with the FIFOs and the password file
 * @param pending what the store needs to know to withdraw the dump, see
 *     {@link io.jenkins.plugins.pgbackup.engine.store.PendingBackup#leftover}; empty before there is any of it
 */
public record Leftovers(String directory, Map<String, String> pending) {

    public Leftovers {
        pending = Map.copyOf(pending);
    }
}
