package dev.sallyport.e2e.access;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.statements.trust.SpiffeId;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of {@code docs/endpoints.md}, which the services' own tests compare with what really answers.
 *
 * @param service whose it is
 * @param method the HTTP method, {@code ANY} for all
 * @param path the pattern
 * @param connector internal, public or both
 * @param who the alternatives
 */
record Endpoint(String service, String method, String path, String connector, List<String> who) {
    /** All rows of the services; the node's are left out, since it serves nobody. */
    static List<Endpoint> all() {
        List<Endpoint> rows = new ArrayList<>();
        String service = "";
        for (String line : Fleet.read(Repository.root().resolve("docs/endpoints.md"))
                .lines()
                .toList()) {
            if (line.startsWith("## ")) {
                service = line.substring(3).replace(", role control", "");
            } else if (line.startsWith("| ") && !line.startsWith("| ---") && line.contains("`")) {
                String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
                rows.add(new Endpoint(
                        service, cells[0], cells[1].replace("`", ""), cells[2], List.of(cells[3].split(" or ", -1))));
            }
        }
        return rows.stream().filter(row -> !row.service().contains("node")).toList();
    }

    boolean internal() {
        return !connector.equals("public");
    }

    boolean open() {
        return who.contains("everybody who can connect");
    }

    /** With something in place of every variable. */
    String concretePath() {
        return path.replaceAll("/\\{\\*[^}]*}", "/x")
                .replaceAll("\\{[^}]*}", "01JD9999999999999999999999")
                .replace("/**", "/x");
    }

    /** Whether a certificate with this id is admitted; of the devices only the owner's is bound to a principal. */
    boolean admits(SpiffeId id) {
        boolean owner = id.kind() == SpiffeId.Kind.DEVICE && id.name().equals("owner");
        return who.stream().anyMatch(alternative -> switch (alternative) {
            case "everybody who can connect", "any certificate of the fleet" -> true;
            case "any service" -> id.kind() == SpiffeId.Kind.SERVICE;
            case "any node" -> id.kind() == SpiffeId.Kind.EXECUTOR;
            case "infrastructure" -> id.kind() == SpiffeId.Kind.INFRA;
            case "the owner's device" -> owner;
            default -> {
                if (alternative.startsWith("infrastructure/")) {
                    yield id.kind() == SpiffeId.Kind.INFRA && alternative.endsWith("/" + id.name());
                }
                yield alternative.endsWith("-service") ? id.isService(alternative) : owner;
            }
        });
    }

    @Override
    public String toString() {
        return service + " " + method + " " + path;
    }
}
