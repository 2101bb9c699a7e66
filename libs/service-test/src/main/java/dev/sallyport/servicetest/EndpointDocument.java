package dev.sallyport.servicetest;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.servicekit.security.EndpointPermissionWalk.Endpoint;
import dev.sallyport.servicetest.checkout.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.springframework.context.ApplicationContext;

/**
 * {@code docs/endpoints.md}: one table per process, which its test compares with what really answers, or with {@code
 * -Dendpoints.write=true} writes.
 */
public final class EndpointDocument {
    /** System property: rewrite the section instead of comparing it. */
    private static final String WRITE = "endpoints.write";

    private static final String HEAD = "| | path | connector | who |\n| --- | --- | --- | --- |\n";

    private EndpointDocument() {}

    /**
     * Walks the service and compares its table with the document.
     *
     * @param name the section's title, such as {@code policy-service}
     * @throws AssertionError with the section as it must be, or naming what no rule admits anybody to
     */
    public static void verify(ApplicationContext context, String name) {
        EndpointPermissionWalk.verify(context);
        Path document = Repository.root().resolve("docs").resolve("endpoints.md");
        String expected = "## " + name + "\n\n" + table(EndpointPermissionWalk.table(context));
        try {
            String written = Files.readString(document);
            if (Boolean.getBoolean(WRITE)) {
                Files.writeString(document, with(written, name, expected));
            } else if (!(written + "\n").contains(expected + "\n")) {
                throw new AssertionError("this section of " + document + " must be:\n\n" + expected);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String with(String document, String name, String section) {
        int start = document.indexOf("## " + name + "\n");
        if (start < 0) {
            return document.stripTrailing() + "\n\n" + section;
        }
        int next = document.indexOf("\n## ", start);
        return document.substring(0, start) + section + (next < 0 ? "" : document.substring(next));
    }

    private static String table(List<Endpoint> endpoints) {
        StringBuilder rows = new StringBuilder(HEAD);
        for (Endpoint endpoint : endpoints) {
            rows.append("| %s | `%s` | %s | %s |%n"
                    .formatted(endpoint.method(), endpoint.path(), connector(endpoint.doors()), endpoint.who()));
        }
        return rows.toString();
    }

    private static String connector(Set<ConnectorKind> doors) {
        if (doors.size() == ConnectorKind.values().length) {
            return "both";
        }
        return doors.contains(ConnectorKind.INTERNAL) ? "internal" : "public";
    }
}
