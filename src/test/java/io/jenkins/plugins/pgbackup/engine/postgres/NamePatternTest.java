package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

    private static final DatabaseCharacters UTF8 = new DatabaseCharacters("UTF8", Map.of());

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        public.log_* -> public.log_*
        "Order Lines" -> "Order Lines"
        \u0080 -> \\u0080
        büro -> b\\u00fcro
        "Büro" -> "B"\\u00fc"ro"
        "a""ü" -> "a""\"\\u00fc""
        "ü"."é" -> ""\\u00fc"".""\\u00e9""
        [äö]? -> [\\u00e4\\u00f6]?
        a.😀z -> a.\\x1f600z
        a.😀A"😀A" -> a.\\x1f600\\u0061""\\x1f600""\\u0041""
        😀1 -> \\x1f600\\u0031
        """)
    void isAsciiAndMatchesTheSame(String pattern, String ascii) {
        assertEquals("--table=" + ascii, table(pattern).argument(UTF8));
    }

    @Test
    void writesTheBytesOfTheDatabase() {
        DatabaseCharacters cyrillic = new DatabaseCharacters("WIN1251", Map.of((int) 'я', "ff", (int) 'Я', "df"));
        assertEquals("--table=\\u00ff\\u00df", table("яЯ").argument(cyrillic));

        DatabaseCharacters japanese = new DatabaseCharacters("EUC_JP", Map.of((int) '表', "c9bd", (int) '丂', "8fb0a1"));
        assertEquals("--table=\\uc9bd\\x8fb0a1\\u0061", table("表丂a").argument(japanese));

        DatabaseCharacters none = new DatabaseCharacters("SQL_ASCII", Map.of((int) 'ü', "c3bc"));
        assertEquals("--table=b\\u00c3\\u00bcro", table("büro").argument(none));
    }

    @Test
    void knowsWhatNoExpressionNames() {
        assertTrue(new DatabaseCharacters("EUC_TW", Map.of((int) '表', "f8f9")).canName('表'));
        assertFalse(new DatabaseCharacters("EUC_TW", Map.of((int) '丂', "8ea2a1a1")).canName('丂'));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        orders -> ^(orders)$
        Orders -> ^(orders)$
        "Order Lines" -> ^(Order Lines)$
        shop.log_* -> ^(shop)$ ^(log_.*)$
        "a.b".c? -> ^(a\\.b)$ ^(c.)$
        db.shop.t -> ^(db)$ ^(shop)$ ^(t)$
        "a""b*" -> ^(a"b\\*)$
        a$b"$" -> ^(a\\$b\\$)$
        (a|b)+[0-9] -> ^((a|b)+[0-9])$
        a[] -> ^(a\\[])$
        ÄÖ"Ä" -> ^(ÄÖÄ)$
        .x -> ^()$ ^(x)$
        """)
    void becomesTheExpressionsOfPgDump(String pattern, String expressions) {
        assertEquals(List.of(expressions.split("(?<=\\$) ")), table(pattern).expressions());
    }

    private static NamePattern table(String text) {
        return new NamePattern("--table=", NamePattern.Kind.TABLE, false, text);
    }
}
