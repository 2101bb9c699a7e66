package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport skills enable}: lets a version be called. */
@Command(
        name = "enable",
        mixinStandardHelpOptions = true,
        description = {
            "Let a version of a skill be called, instead of the one that was enabled before.",
            "Without --digest, shows the version and enables nothing. With it, enables exactly what has that digest."
        },
        footer = {
            "  sallyport skills enable acme.mask_digits 1.0.0 --digest"
                    + " 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "  sallyport skills enable acme.mask_digits 1.0.0 --grant clock --grant random --digest"
                    + " 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "",
            "A publisher's first skill needs --fingerprint too: compare it with what the publisher tells you by another way.",
            "Who may call the skill is the workspace's to say: sallyport skills allow SKILL."
        })
final class EnableSkillCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "SKILL", description = "The skill's id.")
    private String skill = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Option(names = "--digest", paramLabel = "DIGEST", description = "Digest of the package that you have looked at.")
    private @Nullable String digest;

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            description = "Fingerprint of the publisher's key, as the publisher told it.")
    private @Nullable String fingerprint;

    @Option(
            names = "--grant",
            paramLabel = "CAPABILITY",
            description = "Grant only these of what the skill asks for (default all); may be repeated.")
    private @Nullable List<String> granted;

    @Option(names = "--grant-nothing", description = "Grant nothing of what the skill asks for.")
    private boolean nothing;

    @Override
    protected ExitCode run() {
        if (nothing && granted != null) {
            throw usage("name either --grant or --grant-nothing");
        }
        String path = InfoSkillCommand.path(skill, version);
        try (FleetClient client = client()) {
            if (digest == null) {
                JsonNode shown = client.get(Service.EXECUTOR, path);
                results().object(shown);
                results().note(advice(shown));
                return ExitCode.NEGATIVE;
            }
            results().object(client.send(Service.EXECUTOR, "POST", path + ":enable", enabling(digest)));
            results().note("Agents can call it once the workspace opens it: sallyport skills allow " + skill);
            return ExitCode.OK;
        }
    }

    private ObjectNode enabling(String seen) {
        ObjectNode body = Json.mapper().createObjectNode().put("package_digest", seen);
        if (fingerprint != null) {
            body.put("fingerprint", fingerprint);
        }
        if (nothing || granted != null) {
            ArrayNode capabilities = body.putArray("capabilities");
            if (granted != null) {
                granted.forEach(capabilities::add);
            }
        }
        return body;
    }

    /** How to enable what is shown. */
    static String advice(JsonNode shown) {
        return "Nothing of it can be called yet. If you agree with what it asks for, and have compared signed_by with the"
                + " publisher: sallyport skills enable " + Json.text(shown, "skill") + " " + Json.text(shown, "version")
                + " --digest " + Json.text(shown, "package_digest") + " --fingerprint "
                + Json.text(shown, "signed_by");
    }
}
