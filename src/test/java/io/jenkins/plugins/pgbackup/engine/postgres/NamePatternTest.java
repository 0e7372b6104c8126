package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        public.log_* -> public.log_*
        "Order Lines" -> "Order Lines"
        \u0080 -> (\\x80)
        büro -> b(\\xfc)ro
        "Büro" -> "B"(\\xfc)"ro"
        "a""ü" -> "a""\"(\\xfc)""
        "ü"."é" -> ""(\\xfc)"".""(\\xe9)""
        a.😀1 -> a.(\\x1f600)1
        """)
    void isAsciiAndMatchesTheSame(String pattern, String ascii) {
        assertEquals(ascii, NamePattern.toAscii(pattern));
    }
}
