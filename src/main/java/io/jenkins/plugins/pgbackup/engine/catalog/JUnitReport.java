package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Check;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntPredicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A restore test in the XML that JUnit's Ant task writes, which CI servers and their plugins read: a test suite with a test
 * case for each check.
 */
public record JUnitReport(RestoreTestReport report) {

    /** Of suite and cases: the same for each dump, so that trends are drawn over dumps. */
    private static final String NAME = "restore test";

    /** UTF-8. */
    public byte[] toXml() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newInstance().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            writeSuite(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("memory can always be written to", e);
        }
        return bytes.toByteArray();
    }

    private void writeSuite(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        attribute(xml, "name", suite());
        attribute(xml, "tests", String.valueOf(report.checks().size()));
        attribute(xml, "failures", String.valueOf(report.count(RestoreTestReport.Result.FAILED)));
        attribute(xml, "errors", "0");
        attribute(xml, "skipped", String.valueOf(report.count(RestoreTestReport.Result.SKIPPED)));
        attribute(xml, "time", seconds(report.durationMillis()));
        // Without a time zone, as the format has it; it is UTC.
        attribute(xml, "timestamp", report.startedAt().replaceFirst("(\\.\\d+)?Z$", ""));
        xml.writeStartElement("properties");
        property(xml, "uri", report.uri());
        property(xml, "sha256", report.sha256());
        property(xml, "serverVersion", report.serverVersion());
        property(xml, "clientVersion", report.clientVersion());
        property(xml, "server", report.server());
        property(xml, "targetVersion", report.targetVersion());
        property(xml, "restoredBy", report.restoredBy());
        xml.writeEndElement();
        for (Check check : report.checks()) {
            writeCase(xml, check);
        }
        xml.writeEndElement();
    }

    private void writeCase(XMLStreamWriter xml, Check check) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", suite());
        attribute(xml, "name", check.name());
        attribute(xml, "time", seconds(check.durationMillis()));
        switch (check.result()) {
            case PASSED -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(writable(check.sentence(), JUnitReport::isCharacter));
                xml.writeEndElement();
            }
            case FAILED -> {
                xml.writeStartElement("failure");
                attribute(xml, "message", check.sentence());
                xml.writeEndElement();
            }
            case SKIPPED -> {
                xml.writeStartElement("skipped");
                attribute(xml, "message", check.sentence());
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    /** A dot would make a package of what is before it. */
    private String suite() {
        return report.database() == null
                ? NAME
                : NAME + " of " + report.database().replace('.', '_');
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        if (value != null) {
            xml.writeEmptyElement("property");
            attribute(xml, "name", name);
            attribute(xml, "value", value);
        }
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        // A parser makes blanks of the line breaks and tabs of an attribute, if they are not references, which not
        // every writer
        // makes of them.
        xml.writeAttribute(name, writable(value, c -> isCharacter(c) && c >= ' '));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    private static String writable(String text, IntPredicate kept) {
        return text.codePoints()
                .map(c -> kept.test(c) ? c : isBreak(c) ? ' ' : '\uFFFD')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isBreak(int c) {
        return c == '\t' || c == '\n' || c == '\r';
    }

    /** What XML 1.0 can hold ("Char", section 2.2). */
    private static boolean isCharacter(int c) {
        return isBreak(c) || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
    }
}
