package dev.sallyport.cli.policy.whatif;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport policy what-if}: what a call would be decided. */
@Command(
        name = "what-if",
        mixinStandardHelpOptions = true,
        description = "Show what would be decided about a call that nobody has proposed.",
        footer = {
            "  sallyport policy what-if process.run --principal agent:demo --arguments '{\"executable\":\"uname\",\"args\":[]}'",
            "  sallyport policy what-if echo --principal agent:demo --set baseline",
            "",
            "With --expect, exit code 1: it would be decided otherwise."
        })
public final class WhatIfCommand extends FleetCommand {
    @Parameters(paramLabel = "TOOL", description = "Name of the tool.")
    private String tool = "";

    @Option(
            names = "--principal",
            required = true,
            paramLabel = "NAME",
            description = "Who would ask, as in agent:demo.")
    private String principal = "";

    @Option(names = "--arguments", paramLabel = "JSON", description = "The arguments as a JSON object.")
    private @Nullable String arguments;

    @Option(names = "--set", paramLabel = "DIGEST", description = "The set to ask; without it, the one in force.")
    private @Nullable String set;

    @Option(names = "--channel", paramLabel = "NAME", description = "The channel (default api).")
    private @Nullable String channel;

    @Option(names = "--secret", paramLabel = "NAME", description = "Secret that the call would need.")
    private List<String> secrets = List.of();

    @Option(names = "--egress-host", paramLabel = "HOST", description = "Host that the call would need.")
    private List<String> egressHosts = List.of();

    @Option(
            names = "--expect",
            paramLabel = "OUTCOME",
            description = "What must come out: allow, deny or approval_required.")
    private @Nullable String expected;

    @Override
    protected ExitCode run() {
        ObjectNode body =
                Json.mapper().createObjectNode().put("principal", principal).put("tool", tool);
        if (arguments != null) {
            body.set("arguments", object(arguments));
        }
        if (set != null) {
            body.put("set", set);
        }
        if (channel != null) {
            body.put("channel", channel);
        }
        secrets.forEach(body.withArray("secrets")::add);
        egressHosts.forEach(body.withArray("egress_hosts")::add);
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.POLICY, "POST", "/v1/what-if", body);
            results().object(answer);
            return expected == null || expected.equals(Json.text(answer, "outcome")) ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }

    private JsonNode object(String text) {
        try {
            JsonNode read = Json.read(text.getBytes(StandardCharsets.UTF_8));
            if (read.isObject()) {
                return read;
            }
        } catch (JacksonException e) {
            throw usage("--arguments is not JSON: " + Json.complaint(e));
        }
        throw usage("--arguments must be one JSON object");
    }
}
