package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.HostnamePortRequirement;
import com.cloudbees.plugins.credentials.domains.SchemeRequirement;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.util.ArrayList;
import java.util.List;

/** Where a database is, in the words of credential domains, so that an administrator can tie a credential to a host. */
final class DatabaseDomain {

    private static final int DEFAULT_PORT = 5432;

    private DatabaseDomain() {}

    static List<DomainRequirement> of(PostgresUrl url) {
        List<DomainRequirement> requirements = new ArrayList<>();
        requirements.add(new SchemeRequirement("postgresql"));
        for (PostgresUrl.Host host : url.hosts()) {
            if (!host.isSocket()) {
                requirements.add(
                        new HostnamePortRequirement(host.name(), host.port().orElse(DEFAULT_PORT)));
            }
        }
        return requirements;
    }

    /** The same of what is still being typed; nothing where it is no URL yet. */
    static List<DomainRequirement> ofText(String url) {
        try {
            return of(PostgresUrl.parse(url == null ? "" : url));
        } catch (InvalidInputException e) {
            return List.of();
        }
    }
}
