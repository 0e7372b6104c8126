package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import org.junit.jupiter.api.Test;

class SecretMaskTest {

    @Test
    void takesASecretOutInEveryFormItIsWrittenIn() {
        SecretMask mask = new SecretMask("a:b/%'\"\\ ü@+*");
        assertEquals("plain ****.", mask.mask("plain a:b/%'\"\\ ü@+*."));
        assertEquals("url ****.", mask.mask("url a%3Ab%2F%25%27%22%5C%20%C3%BC%40%2B%2A."));
        assertEquals("form ****.", mask.mask("form a%3Ab%2F%25%27%22%5C+%C3%BC%40%2B*."));
        assertEquals("pgpass ****.", mask.mask("pgpass a\\:b/%'\"\\\\ ü@+*."));
    }

    @Test
    void takesOutWhatIsLeftOfASecretInAPrintableLine() {
        String secret = "hun\u0085:ter\u202e2";
        SecretMask mask = new SecretMask(secret);
        assertEquals("said ****.", mask.mask(PrintableLine.of("said " + secret + ".")));
        assertEquals("pgpass ****.", mask.mask(PrintableLine.of("pgpass " + Passfile.escaped(secret) + ".")));
    }

    @Test
    void takesOutThePieceOfASecretInATextThatWasCut() {
        SecretMask mask = new SecretMask("hunter2:x");

        assertEquals("said \"****…\".", mask.mask("said \"hunter…\"."));
        assertEquals("pgpass ****…", mask.mask("pgpass hunter2\\:…"));
        assertEquals("a hu…", mask.mask("a hu…"));
        assertEquals("hunters…", mask.mask("hunters…"));
    }

    @Test
    void aSecretThatIsPartOfAnotherDoesNotShowTheRest() {
        assertEquals("****", new SecretMask("ab", "abc").mask("abc"));
    }

    @Test
    void withoutASecretNothingIsTakenOut() {
        assertEquals("text", new SecretMask(null, "").mask("text"));
    }
}
