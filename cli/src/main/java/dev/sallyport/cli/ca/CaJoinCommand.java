package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Credential;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport ca join}: a workload's own keys, made here, and its first certificates from vault-service. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = "Make a workload's keys here and get its first certificates from vault-service against a token.",
        footer = {
            "  sallyport ca join --vault https://vault-service:8080 --trust trust.json --id /executor/default/node-2 \\",
            "    --join-token join.token identity",
        })
final class CaJoinCommand extends FleetCommand {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Option(
            names = "--vault",
            required = true,
            paramLabel = "URL",
            description = "Base URL of vault-service's public connector.")
    private String vault = "";

    @Option(names = "--trust", required = true, paramLabel = "FILE", description = "The fleet's trust.json.")
    private Path trustFile = Path.of("");

    @Option(names = "--id", required = true, paramLabel = "PATH", description = "Path of the SPIFFE id to become.")
    private String path = "";

    @Option(names = "--dns-name", paramLabel = "NAME", description = "A name it answers to, if granted (repeatable).")
    private List<String> dnsNames = List.of();

    @ArgGroup(multiplicity = "1")
    private Token token = new Token();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to try again while vault-service does not answer (default: not at all).")
    private Duration wait = Duration.ZERO;

    @Parameters(paramLabel = "DIR", description = "The identity directory to write.")
    private Path directory = Path.of("");

    /** The token that admits the workload. It is in a file, since others can read command lines. */
    private static final class Token {
        @Option(names = "--join-token", paramLabel = "FILE", description = "File with a one-time join token.")
        private @Nullable Path joinToken;

        @Option(
                names = "--service-account-token",
                paramLabel = "FILE",
                description = "File with a Kubernetes service account token made for vault-service's audience.")
        private @Nullable Path serviceAccountToken;

        private Map.Entry<String, String> read() {
            Path file = joinToken != null ? joinToken : serviceAccountToken;
            if (file == null) {
                throw new IllegalStateException("picocli demands one of both");
            }
            try {
                return Map.entry(
                        joinToken != null ? "join_token" : "service_account_token",
                        Files.readString(file).strip());
            } catch (IOException e) {
                throw new CommandFailure.Usage("cannot read the token in " + file + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    protected ExitCode run() {
        try {
            TrustRoots trust = trust();
            SpiffeId id = SpiffeId.tryParse("spiffe://" + trust.trustDomain() + path)
                    .orElseThrow(() -> usage("not the path of a SPIFFE id: " + path));
            if (!joined(id)) {
                WorkloadKeys keys = WorkloadKeys.fresh(id, new LinkedHashSet<>(dnsNames));
                WorkloadIdentity identity = keys.certified(ask(keys), trust, now());
                IdentityDirectory.write(directory.toAbsolutePath(), identity);
            }
            results().object(Json.mapper().createObjectNode().put("spiffe_id", id.toString()));
            return ExitCode.OK;
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        }
    }

    /** A container that starts again in the same pod still has its identity. */
    private boolean joined(SpiffeId id) {
        if (!Files.exists(directory.resolve(IdentityDirectory.CURRENT), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return IdentityDirectory.load(directory, now()).id().equals(id);
        } catch (IdentityException _) {
            // It is expired, or of another fleet: join again.
            return false;
        }
    }

    private JsonNode ask(WorkloadKeys keys) {
        ClientConfig configuration = new ClientConfig(Map.of(), Map.of(), trustFile, null, null);
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            Map.Entry<String, String> shown = token.read();
            ObjectNode body = Json.mapper().createObjectNode();
            body.put(shown.getKey(), shown.getValue()).put("tls_csr", keys.tlsRequest());
            if (keys.signingRequest() != null) {
                body.put("signing_csr", keys.signingRequest());
            }
            try (FleetClient client = new FleetClient(
                    configuration,
                    new Credential.Nobody(),
                    vault,
                    root().surroundings().clock())) {
                return client.send(Service.VAULT, "POST", "/v1/certificates:join", body);
            } catch (CommandFailure e) {
                if (!mayPass(e) || System.nanoTime() - end >= 0) {
                    throw e;
                }
                results().note(e.getMessage() + " Trying again.");
                pause();
            }
        }
    }

    private static boolean mayPass(CommandFailure failure) {
        return failure.exitCode() == ExitCode.UNREACHABLE || failure.exitCode() == ExitCode.UNAVAILABLE;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure.Usage("interrupted", e);
        }
    }

    private TrustRoots trust() {
        try {
            return TrustRoots.read(trustFile);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new CommandFailure.Usage("the trust file " + trustFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    private Instant now() {
        return root().surroundings().clock().instant();
    }
}
