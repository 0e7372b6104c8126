package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import com.cloudbees.plugins.credentials.domains.HostnamePortRequirement;
import com.cloudbees.plugins.credentials.domains.SchemeRequirement;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Where a database is, in the words of credential domains, so that an administrator can tie a credential to a host: every
 * server that libpq may send the password to is required, by its name and by its address where the URL has both. A socket, and
 * the default of a URL that names no server, is {@code localhost}.
 */
final class DatabaseDomainRequirements {

    private static final String LOCAL = "localhost";
    private static final int DEFAULT_PORT = 5432;
    private static final PostgresUrl.Host DEFAULT_HOST = new PostgresUrl.Host("", OptionalInt.empty());

    private DatabaseDomainRequirements() {}

    static List<DomainRequirement> of(PostgresUrl url) {
        List<DomainRequirement> requirements = new ArrayList<>();
        requirements.add(new SchemeRequirement("postgresql"));
        List<PostgresUrl.Host> hosts = url.hosts().isEmpty() ? List.of(DEFAULT_HOST) : url.hosts();
        Stream.concat(hosts.stream(), url.hostAddresses().stream())
                .map(DatabaseDomainRequirements::requirement)
                .forEach(requirements::add);
        return requirements;
    }

    private static DomainRequirement requirement(PostgresUrl.Host host) {
        boolean local = host.isSocket() || host.name().isEmpty();
        return new HostnamePortRequirement(
                local ? LOCAL : host.name(), host.port().orElse(DEFAULT_PORT));
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
