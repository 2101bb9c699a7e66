package dev.sallyport.local.show;

import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.fleet.FleetContext;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code sallyport init} does, at every start: the workspace and the owner (once), a new one-time sign-in link, an
 * agent's token (kept while it is valid), and the files in which people and the command find them.
 */
public final class Welcome {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** More than an agent usually may: what is measured and tried out on one machine is done as this one. */
    private static final int AGENT_REQUESTS_PER_MINUTE = 60_000;

    /**
     * What people need to begin.
     *
     * @param workspaceId the first workspace
     * @param signInLink opens the console once
     * @param agentToken lets the demonstration's agent propose calls
     * @param secretsFile keeps the two, 0600
     * @param agentEnvironment sets what an agent needs as variables of a shell, 0600
     */
    public record Keys(
            String workspaceId, String signInLink, String agentToken, Path secretsFile, Path agentEnvironment) {}

    private final FleetContext context;
    private final Clock clock;

    /** For the fleet of that context. */
    public Welcome(FleetContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
    }

    /** Makes what is missing and writes {@code cli.json} and {@code secrets.txt}. */
    public Keys prepare() {
        Path owner = context.home().identities().resolve("owner");
        String policy = context.ports().internalUrl(Part.POLICY);
        try (FleetClient client = FleetClient.withIdentity(owner, clock)) {
            JsonNode bootstrap = client.post(
                            policy + "/v1/bootstrap", Map.of("workspace", "default", "person", "owner"))
                    .successful()
                    .json();
            String token = keptAgentToken().orElseGet(() -> newAgentToken(client, policy));
            String link = context.ports().publicUrl(Part.APPROVAL) + "/console/sign-in#"
                    + bootstrap.required("sign_in_token").asString();
            var keys = new Keys(
                    bootstrap.required("workspace_id").asString(),
                    link,
                    token,
                    secretsFile(),
                    context.home().folder().resolve("agent.env"));
            writeSecrets(keys);
            writeCommandConfiguration();
            return keys;
        }
    }

    private static String newAgentToken(FleetClient client, String policy) {
        return client.post(
                        policy + "/v1/tokens",
                        Map.of(
                                "kind",
                                "agent",
                                "name",
                                "demo",
                                "roles",
                                List.of("agent"),
                                "channels",
                                List.of("api"),
                                "label",
                                "made at the first start",
                                "requests_per_minute",
                                AGENT_REQUESTS_PER_MINUTE))
                .successful()
                .json()
                .required("token")
                .asString();
    }

    /** The token of an earlier start, if the fleet still takes it. */
    private Optional<String> keptAgentToken() {
        Path file = agentTokenFile();
        try (FleetClient client = FleetClient.anonymous()) {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String token = Files.readString(file).strip();
            int status = client.get(context.ports().publicUrl(Part.POLICY) + "/v1/tools", token)
                    .status();
            return status == 200 ? Optional.of(token) : Optional.empty();
        } catch (IOException e) {
            throw new HomeException(file + " cannot be read: " + e, e);
        }
    }

    private Path agentTokenFile() {
        return context.home().folder().resolve("tokens").resolve("demo-agent");
    }

    private Path secretsFile() {
        return context.home().folder().resolve("secrets.txt");
    }

    private void writeSecrets(Keys keys) {
        OsUser self = context.users().supervisor();
        PrivateFiles.folder(context.home().folder().resolve("tokens"), self);
        PrivateFiles.write(agentTokenFile(), (keys.agentToken() + "\n").getBytes(StandardCharsets.US_ASCII), self);
        String environment = """
                export SALLYPORT_URL=%s
                export SALLYPORT_TOKEN=%s
                """.formatted(context.ports().publicUrl(Part.POLICY), keys.agentToken());
        PrivateFiles.write(keys.agentEnvironment(), environment.getBytes(StandardCharsets.UTF_8), self);
        String text = """
                Console, sign-in link, once within 15 minutes (later: sallyport init): %s
                Agent token (agent:demo): %s
                """.formatted(keys.signInLink(), keys.agentToken());
        PrivateFiles.write(keys.secretsFile(), text.getBytes(StandardCharsets.UTF_8), self);
    }

    /** The command's configuration: the owner's device on this machine. */
    private void writeCommandConfiguration() {
        ObjectNode root = JSON.createObjectNode().put("v", 1);
        ObjectNode services = root.putObject("services");
        for (Part service : Part.services()) {
            ObjectNode one = services.putObject(service.id().replace("-service", ""));
            one.put("public", context.ports().publicUrl(service));
            one.put("internal", context.ports().internalUrl(service));
        }
        root.put("trust", "trust.json").put("identity", "identities/owner");
        PrivateFiles.write(
                context.home().folder().resolve("cli.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root),
                context.users().supervisor());
    }
}
