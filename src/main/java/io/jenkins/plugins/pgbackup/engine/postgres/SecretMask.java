package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes secrets out of what people get to read: as they are, percent-encoded as in a URL, escaped as in a password file, and
 * as a {@link PrintableLine}, which is what a program's words are before they come here.
 */
public final class SecretMask {

    private static final String MASK = "****";

    /** Where a text was cut, which may be in the middle of a secret. */
    private static final String CUT = "…";

    /** Less of a secret tells nothing, and is found in any text. */
    private static final int SHORTEST_PIECE = 3;

    private final List<String> forms;

    /** @param secrets to mask; {@code null} and empty ones are passed over */
    public SecretMask(String... secrets) {
        // The longest first: a shorter form may be a piece of a longer one.
        forms = Stream.of(secrets)
                .filter(secret -> secret != null && !secret.isEmpty())
                .flatMap(SecretMask::formsOf)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The same text without the secrets. */
    public String mask(String text) {
        String masked = text;
        for (String form : forms) {
            masked = masked.replace(form, MASK);
        }
        return masked.contains(CUT) ? maskPieces(masked) : masked;
    }

    private String maskPieces(String text) {
        String masked = text;
        for (String form : forms) {
            for (int length = form.length() - 1; length >= SHORTEST_PIECE; length--) {
                masked = masked.replace(form.substring(0, length) + CUT, MASK + CUT);
            }
        }
        return masked;
    }

    private static Stream<String> formsOf(String secret) {
        String formEncoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        String urlEncoded = formEncoded.replace("+", "%20");
        String escaped = Passfile.escaped(secret);
        return Stream.of(
                secret,
                formEncoded,
                urlEncoded,
                urlEncoded.replace("*", "%2A"),
                escaped,
                PrintableLine.of(secret),
                PrintableLine.of(escaped));
    }
}
