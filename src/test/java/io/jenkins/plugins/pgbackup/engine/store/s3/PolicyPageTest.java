package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.fixture.Page;
import io.jenkins.plugins.pgbackup.fixture.Page.Language;
import io.jenkins.plugins.pgbackup.fixture.Page.Snippet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The policy for the AWS keys, and the table below it, have the permissions that a failure names. */
class PolicyPageTest {

    private static final Page PAGE = Page.of("docs/troubleshooting.md");

    @Test
    void hasEveryPermissionThatAFailureNames() throws Exception {
        List<Snippet> policies = Page.snippets(Language.JSON);
        assertThat(policies, hasSize(1));
        String policy = new ObjectMapper().readTree(policies.get(0).text()).toString();
        String others =
                PAGE.table("| Permission |").stream().map(row -> row.get(0)).collect(Collectors.joining(" "));
        String named = Stream.of(S3Action.values()).map(S3Action::permissions).collect(Collectors.joining(" "));

        assertThat(permissions(policy + others), is(permissions(named)));
    }

    private static Set<String> permissions(String text) {
        return Pattern.compile("\\b(s3|kms):[A-Z][A-Za-z]+")
                .matcher(text)
                .results()
                .map(permission -> permission.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
