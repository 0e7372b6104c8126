package io.jenkins.plugins.pgbackup.engine.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {

    private final List<String> heard = new ArrayList<>();
    private final Transcript transcript = new Transcript(heard::add);

    @Test
    void tellsEachLineWhenItIsComplete() {
        say("one\ntw");
        assertEquals(List.of("one"), heard);
        say("o\n\nthree");
        assertEquals(List.of("one", "two"), heard);
        assertEquals(List.of("one", "two", "three"), transcript.lastLines());
    }

    @Test
    void putsACharacterTogetherThatCameInPieces() {
        byte[] umlaut = "ü\n".getBytes(StandardCharsets.UTF_8);
        transcript.write(umlaut, 0, 1);
        transcript.write(umlaut, 1, 2);
        assertEquals(List.of("ü"), heard);
    }

    @Test
    void marksWhatCouldForgeALog() {
        say("red \u001b[31malert\u001b[0m\r\u0008 \u202eevil\tend\n");
        assertEquals(List.of("red ?[31malert?[0m ? ?evil\tend"), heard);
    }

    @Test
    void keepsTheLastWordsOnly() {
        for (int i = 0; i < 1000; i++) {
            say("line " + i + "\n");
        }
        List<String> last = transcript.lastLines();
        assertEquals("line 999", last.get(last.size() - 1));
        assertTrue(last.size() < 100, "kept " + last.size());
    }

    @Test
    void tellsNoMoreOfOneWhoDoesNotStop() {
        String line = "x".repeat(1000) + "\n";
        for (int i = 0; i < 10_000; i++) {
            say(line);
        }
        say("goodbye\n");
        int characters = heard.stream().mapToInt(String::length).sum();
        assertTrue(characters > 4_000_000 && characters < 5_000_000, "characters " + characters);
        assertEquals(Transcript.NO_MORE, heard.get(heard.size() - 1));
        assertEquals(1, heard.stream().filter(Transcript.NO_MORE::equals).count());
        assertEquals(
                "goodbye", transcript.lastLines().get(transcript.lastLines().size() - 1));
    }

    @Test
    void keepsTheBeginningOfALineThatDoesNotEnd() {
        for (int i = 0; i < 100; i++) {
            say("x".repeat(1000));
        }
        assertTrue(
                transcript.text().length() < 10_000, "kept " + transcript.text().length());
    }

    private void say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        transcript.write(bytes, 0, bytes.length);
    }
}
