package io.jenkins.plugins.pgbackup.engine.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Check;
import io.jenkins.plugins.pgbackup.engine.catalog.RestoreTestReport.Result;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a parser finds in the XML, as the readers of JUnit's reports expect it. */
class JUnitReportTest {

    private static final RestoreTestReport REPORT = report(List.of(
            new Check("digest", Result.SKIPPED, "No manifest.", 0),
            new Check("rows", Result.PASSED, "3 tables\nhave <all> & \"more\" ]]>", 1250),
            new Check(
                    "select 1 < 2 and 'x\u0000\u001b[1m\uFFFE' = '\uD83D\uDE00\uD83D'",
                    Result.FAILED,
                    "It\n\tis false.",
                    7)));

    @Test
    void hasASuiteWithItsNumbers() throws Exception {
        Element suite = parsed(REPORT);

        assertEquals("testsuite", suite.getTagName());
        assertEquals(
                Map.of(
                        "name", "restore test of shop_eu",
                        "tests", "3",
                        "failures", "1",
                        "errors", "0",
                        "skipped", "1",
                        "time", "61.005",
                        "timestamp", "2026-11-20T01:02:03"),
                attributes(suite));
        assertEquals(
                Map.of(
                        "uri",
                        "s3://bucket/shop.dump",
                        "server",
                        "db:5432",
                        "targetVersion",
                        "17.6",
                        "restoredBy",
                        "psql 17.6"),
                properties(suite));
    }

    @Test
    void hasACaseForEachCheck() throws Exception {
        List<Element> cases = elements(parsed(REPORT), "testcase");

        assertEquals(3, cases.size());
        assertEquals(
                Map.of("classname", "restore test of shop_eu", "name", "digest", "time", "0.000"),
                attributes(cases.get(0)));
        assertEquals(
                Map.of("message", "No manifest."),
                attributes(elements(cases.get(0), "skipped").get(0)));
        assertEquals("1.250", cases.get(1).getAttribute("time"));
        assertEquals(
                "3 tables\nhave <all> & \"more\" ]]>",
                elements(cases.get(1), "system-out").get(0).getTextContent());
        assertTrue(elements(cases.get(1), "failure").isEmpty());
        assertEquals(
                Map.of("message", "It  is false."),
                attributes(elements(cases.get(2), "failure").get(0)));
    }

    /** XML has neither control characters nor halves of characters, not even as references. */
    @Test
    void replacesWhatXmlCannotHold() throws Exception {
        assertEquals(
                "select 1 < 2 and 'x\uFFFD\uFFFD[1m\uFFFD' = '\uD83D\uDE00\uFFFD'",
                elements(parsed(REPORT), "testcase").get(2).getAttribute("name"));
    }

    private static RestoreTestReport report(List<Check> checks) {
        return new RestoreTestReport(
                "s3://bucket/shop.dump",
                "shop.eu",
                null,
                null,
                null,
                "db:5432",
                "17.6",
                "psql 17.6",
                "2026-11-20T01:02:03.456Z",
                "2026-11-20T01:03:04.461Z",
                61_005,
                true,
                false,
                List.of(),
                checks);
    }

    private static Element parsed(RestoreTestReport report) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(new JUnitReport(report).toXml()))
                .getDocumentElement();
    }

    private static Map<String, String> properties(Element suite) {
        Map<String, String> properties = new HashMap<>();
        elements(suite, "property")
                .forEach(property -> properties.put(property.getAttribute("name"), property.getAttribute("value")));
        return properties;
    }

    private static Map<String, String> attributes(Element element) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            attributes.put(
                    element.getAttributes().item(i).getNodeName(),
                    element.getAttributes().item(i).getNodeValue());
        }
        return attributes;
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> elements = new ArrayList<>();
        NodeList found = parent.getElementsByTagName(name);
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
