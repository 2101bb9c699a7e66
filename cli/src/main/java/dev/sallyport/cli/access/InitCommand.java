package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.SignInLink;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport init}: the first workspace and its owner, by the owner's certificate. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Create the workspace and the owner with the owner's certificate, and a sign-in link.",
        footer = {
            "  sallyport init --identity identities/owner --config home/cli.json",
            "",
            "A repeat changes nothing but makes a new link. With --write-config the configuration in use is",
            "kept at ~/.config/sallyport/config.json, so that later commands need no options. Where browsers reach",
            "the console at another address than this command, $SALLYPORT_CONSOLE_URL says at which."
        })
public final class InitCommand extends FleetCommand {
    @Option(names = "--workspace", paramLabel = "NAME", description = "Name of the workspace (default: default).")
    private @Nullable String workspace;

    @Option(names = "--person", paramLabel = "NAME", description = "Name of the owner (default: owner).")
    private @Nullable String person;

    @Option(names = "--write-config", description = "Keep the configuration for later commands.")
    private boolean writeConfig;

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        if (workspace != null) {
            body.put("workspace", workspace);
        }
        if (person != null) {
            body.put("person", person);
        }
        ClientConfig configuration = root().configuration();
        SignInLink link = SignInLink.of(root());
        JsonNode answer;
        try (FleetClient client = root().certificateClient()) {
            answer = client.send(Service.POLICY, "POST", "/v1/bootstrap", body);
        }
        if (writeConfig) {
            keep(configuration);
        }
        results().object(link.addTo((ObjectNode) answer, Json.text(answer, "sign_in_token")));
        return ExitCode.OK;
    }

    private void keep(ClientConfig configuration) {
        Path file = root().surroundings().userHome().resolve(".config/sallyport/config.json");
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "config", ".json");
            Files.write(fresh, configuration.toJson());
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            results().note("wrote " + file);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
