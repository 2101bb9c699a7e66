package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.harness.People;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/** What tests do with secrets and with the tools that use them. */
final class SecretCalls {
    private final Fleet fleet;
    private final Path folder;
    private final Calls agent;

    /**
     * @param folder where documents are written
     */
    SecretCalls(Fleet fleet, Path folder) {
        this.fleet = fleet;
        this.folder = folder;
        // Where others may answer too, an owner may not about the agent whose token is his own.
        String issuer = new People(fleet).person("issuer-of-secrets", "admin").secret();
        Answer token = new Api(fleet.url("policy-service"), issuer)
                .post(
                        "/v1/tokens",
                        "{\"kind\":\"agent\",\"name\":\"user-of-secrets\",\"requests_per_minute\":100000}",
                        Map.of());
        assertThat(token.status()).as(token.toString()).isEqualTo(201);
        this.agent = new Calls(fleet, new Api(fleet.url("policy-service"), token.at("/token")));
    }

    /** Those of the agent that uses secrets; the owner answers for them. */
    Calls agent() {
        return agent;
    }

    /** Stores a secret, as an owner does. */
    void put(String name, String value, String... terms) {
        List<String> all = new ArrayList<>(List.of("vault", "put", name));
        all.addAll(List.of(terms));
        Command stored = fleet.cli().withInput(value, all.toArray(String[]::new));
        assertThat(stored.exitCode()).as(stored.toString()).isZero();
    }

    /** Registers a tool. */
    void add(String document) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "tool", ".json"), document);
        Command added = fleet.cli().run("tools", "add", file.toString());
        assertThat(added.exitCode()).as(added.toString()).isZero();
    }

    /** Lets agents call these tools, and curl be run; answers how to take all of that back. */
    Runnable open(String... tools) {
        Runnable undo = new Owner(fleet).configure(config -> {
            for (String tool : tools) {
                config.withArray("allowlisted_tools").add(tool);
            }
            config.withObject("/process_runner")
                    .withArray("allowed_executables")
                    .add("curl");
        });
        return () -> {
            undo.run();
            for (String tool : tools) {
                assertThat(fleet.cli().run("tools", "retire", tool, "1").exitCode())
                        .isZero();
            }
        };
    }

    /** The call's end, once the person who is asked has agreed. */
    Answer approved(String proposal) {
        return agent.awaitDone(begun(proposal));
    }

    /** The call's id, once the person who is asked has agreed. */
    String begun(String proposal) {
        String call = asked(proposal);
        agent.approve(call);
        return call;
    }

    /** The id of a call that waits for a person. */
    String asked(String proposal) {
        Answer waiting = agent.propose(proposal, 1);
        assertThat(waiting.at("/state/phase")).as(waiting.toString()).isEqualTo("approve");
        return waiting.at("/proposal_id");
    }

    /** Returns when the ledger says that word of the call. */
    void told(String call, String word) {
        Awaitility.await("the ledger to say " + word + " of " + call)
                .atMost(Duration.ofMinutes(2))
                .until(() -> fleet.cli()
                        .run("ledger", "case", call, "--output", "json")
                        .output()
                        .contains(word));
    }

    /** The calls that had a secret, as the vault tells its owner. */
    List<String> uses(String secret) {
        return fleet.cli()
                .json("vault", "uses", secret)
                .at("/items")
                .valueStream()
                .map(use -> use.at("/proposal_id").asString(""))
                .toList();
    }

    /** What is found among all that the node keeps. A session's workspace and the journal hold arguments by design. */
    static Set<String> found(CanarySearch search, WebNode node) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path kept : CanaryPlaces.regularFiles(node.home())) {
            for (String canary : search.in(Files.readAllBytes(kept))) {
                if (!canary.equals(CanaryPlaces.ARGUMENT)) {
                    found.add("file of the node " + kept + ": " + canary);
                }
            }
        }
        return found;
    }
}
