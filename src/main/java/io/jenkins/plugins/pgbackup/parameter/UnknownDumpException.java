package io.jenkins.plugins.pgbackup.parameter;

import hudson.model.Failure;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** The value of a parameter is no dump that its definition lists. In a request, a page says so. */
final class UnknownDumpException extends IllegalArgumentException implements HttpResponse {

    private static final long serialVersionUID = 1L;

    UnknownDumpException(String message) {
        super(message);
    }

    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node)
            throws IOException, ServletException {
        new Failure(getMessage()).generateResponse(request, response, node);
    }
}
