package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.FollowedTrust;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.ca.FleetLayout;
import dev.sallyport.identity.ca.TrustSteps;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport ca trust}: the roots that the running fleet trusts; follows them in a file. */
@Command(
        name = "trust",
        mixinStandardHelpOptions = true,
        description = "Show the roots that the running fleet trusts, and who does not know them yet.",
        footer = {
            "  sallyport ca trust",
            "  sallyport ca trust --follow trust.json",
            "",
            "With --follow, the file is brought to the roots of now by steps that vault-service hands out. Each must be",
            "signed by a root of the one before, so it does not matter who answers, and no certificate is asked for.",
            "With --publish, the steps made in DIR are brought to a vault-service whose folder is elsewhere."
        })
final class CaTrustCommand extends FleetCommand {
    @ArgGroup
    private @Nullable Direction direction;

    /** What to do with steps; nothing to show only. */
    static final class Direction {
        @Option(names = "--follow", paramLabel = "FILE", description = "A trust.json to bring up to date.")
        private @Nullable Path follow;

        @Option(names = "--publish", paramLabel = "DIR", description = "The fleet's directory with the steps.")
        private @Nullable Path publish;
    }

    @Override
    protected ExitCode run() {
        try {
            if (direction != null && direction.follow != null) {
                return follow(direction.follow);
            }
            if (direction != null && direction.publish != null) {
                return publish(direction.publish);
            }
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        }
        try (FleetClient client = root().certificateClient()) {
            results().object(client.get(Service.VAULT, "/v1/trust"));
            return ExitCode.OK;
        }
    }

    private ExitCode follow(Path file) {
        TrustRoots known = read(file);
        try (FleetClient client = root().newcomersClient()) {
            TrustRoots now = FollowedTrust.of(
                    client,
                    "/v1/trust-steps",
                    known,
                    root().surroundings().clock().instant());
            if (!now.equals(known)) {
                OwnerOnly.replacePublic(file.toAbsolutePath(), now.toJson());
            }
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("before", known.step())
                            .put("now", now.step()));
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private ExitCode publish(Path directory) {
        try (FleetClient client = root().certificateClient()) {
            int known = client.get(Service.VAULT, "/v1/trust").path("step").asInt();
            int brought = 0;
            for (byte[] step : new TrustSteps(new FleetLayout(directory).issuing()).after(known)) {
                client.send(
                        Service.VAULT,
                        "POST",
                        "/v1/trust-steps",
                        Json.mapper()
                                .createObjectNode()
                                .put("step", Base64.getEncoder().encodeToString(step)));
                brought++;
            }
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("before", known)
                            .put("now", known + brought));
            return ExitCode.OK;
        }
    }

    private static TrustRoots read(Path file) {
        try {
            return TrustRoots.read(file);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new CommandFailure.Usage("cannot read the roots in " + file + ": " + e.getMessage(), e);
        }
    }
}
