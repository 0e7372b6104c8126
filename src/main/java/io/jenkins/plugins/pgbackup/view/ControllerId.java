package io.jenkins.plugins.pgbackup.view;

import io.jenkins.plugins.pgbackup.engine.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import jenkins.model.Jenkins;

/** Identifies this controller in a manifest: two controllers may have a job of the same name. */
public final class ControllerId {

    private static final int DIGITS = 16;

    private ControllerId() {}

    /** It stays the same when the controller moves. The secret that it is derived from cannot be computed from it. */
    public static String get() {
        byte[] id = ("pgBackup " + Jenkins.get().getLegacyInstanceId()).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.start().digest(id)).substring(0, DIGITS);
    }
}
