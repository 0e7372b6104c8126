package io.jenkins.plugins.pgbackup.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableLineTest {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.dump",
                " two  blanks, a\ttab, blanks at the end  ",
                "täb, таблица, テーブル, عربي, עברית",
                "e\u0301, a no-break\u00a0space, an ideographic\u3000one",
                "😀 👍🏽 ❤️ 🇩🇪",
                "\ue000 of one's own",
                "<script>&amp;'\"\\$`",
            })
    void leavesOrdinaryTextAsItIs(String text) {
        assertEquals(text, PrintableLine.of(text));
    }

    static IntStream notShown() {
        return Stream.of(
                        IntStream.rangeClosed(0, 8).toArray(), // C0 before the tab
                        IntStream.rangeClosed(0x0e, 0x1f).toArray(), // C0 behind the line breaks, with ESC
                        IntStream.rangeClosed(0x7f, 0x84).toArray(), // DEL, C1
                        IntStream.rangeClosed(0x86, 0x9f).toArray(), // C1 behind NEL, with CSI and OSC
                        new int[] {0xad, 0x61c, 0x180e, 0xfeff}, // soft hyphen, Arabic letter mark, BOM
                        IntStream.rangeClosed(0x200b, 0x200f).toArray(), // zero width, LRM, RLM
                        IntStream.rangeClosed(0x202a, 0x202e).toArray(), // embeddings and overrides
                        IntStream.rangeClosed(0x2060, 0x2064).toArray(), // word joiner, invisible operators
                        IntStream.rangeClosed(0x2066, 0x2069).toArray(), // isolates
                        IntStream.rangeClosed(0xfff9, 0xfffb).toArray(), // interlinear annotations
                        new int[] {0xe0001, 0xe0041, 0xe007f}, // tags
                        new int[] {0xd800, 0xdbff, 0xdc00, 0xdfff}) // surrogates alone
                .flatMapToInt(IntStream::of);
    }

    @ParameterizedTest
    @MethodSource("notShown")
    void putsAMarkInThePlaceOfACharacterThatDoesMoreThanShow(int codePoint) {
        assertEquals("a?b", PrintableLine.of("a" + Character.toString(codePoint) + "b"));
    }

    @Test
    void endsNoEscapeSequence() {
        assertEquals(
                "?[31mred?[0m ?31m ?]0;title?",
                PrintableLine.of("\u001b[31mred\u001b[0m \u009b31m \u001b]0;title\u0007"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "\u000b", "\f", "\u0085", "\u2028", "\u2029", " \t\r\n\n \u3000\n\t"})
    void putsOneBlankInThePlaceOfALineBreak(String lineBreak) {
        assertEquals("a b", PrintableLine.of("a" + lineBreak + "b"));
        assertEquals("a b", PrintableLine.of(lineBreak + "a" + lineBreak + "b" + lineBreak));
        assertEquals("", PrintableLine.of(lineBreak));
    }

    @Test
    void doesNotTakeAControlCharacterForABlank() {
        assertEquals("a? ?b", PrintableLine.of("a\u001c\n\u001fb"));
    }

    @Test
    void cutsBetweenCodePoints() {
        assertEquals("😀😀", PrintableLine.of("😀😀", 2));
        assertEquals("😀…", PrintableLine.of("😀😀", 1));
        assertEquals("…", PrintableLine.of("a", 0));
        assertEquals("", PrintableLine.of("", 0));
    }

    /** A manifest's field may have a MiB. What is behind the limit is not read, so it does not matter what it is. */
    @ParameterizedTest
    @ValueSource(strings = {"x", " ", "\n", " \n", "\u202e", "\ud800"})
    void readsNoMoreThanItMay(String unit) {
        String text = unit.repeat(MIB / unit.length());
        assertEquals(PrintableLine.of(text.substring(0, 200)) + "…", PrintableLine.of(text, 200));
    }

    @Test
    void readsALongTextOnce() {
        assertEquals("a b", PrintableLine.of("a" + " ".repeat(MIB) + "\n" + " ".repeat(MIB) + "b"));
        assertEquals("a" + " ".repeat(MIB) + "b", PrintableLine.of("a" + " ".repeat(MIB) + "b"));
        assertEquals("a b", PrintableLine.of("a" + " \n".repeat(MIB / 2) + "b"));
    }
}
