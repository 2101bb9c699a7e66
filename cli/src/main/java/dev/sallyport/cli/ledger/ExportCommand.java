package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport ledger export}: one call's evidence as a file for {@code sallyport verify}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Write one call's evidence bundle into a new file; it may hold arguments and output.",
        footer = {
            "  sallyport ledger export 01JD0000000000000000000000",
            "  sallyport ledger export 01JD0000000000000000000000 --file /tmp/case.sallyport.zip"
        })
final class ExportCommand extends FleetCommand {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

    @Parameters(paramLabel = "PROPOSAL_ID", description = "Proposal id.")
    private String id = "";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The file to write (default PROPOSAL_ID.sallyport.zip).")
    private @Nullable Path file;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the call's end to be in the log (default and at most 30s).")
    private Duration wait = LONGEST_WAIT;

    @Override
    protected ExitCode run() {
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw usage("the ledger waits 30 s at most");
        }
        if (!ULID.matcher(id).matches()) {
            throw usage("a proposal id has 26 upper-case letters and digits");
        }
        Path target = file == null ? Path.of(id + ".sallyport.zip") : file;
        try (FleetClient client = client();
                OwnerOnlyFile output = OwnerOnlyFile.create(target)) {
            byte[] bundle = client.bytes(
                    Service.ATTESTATION, "/v1/cases/" + encoded(id) + "/bundle?wait=" + wait.toSeconds(), wait);
            output.write(bundle);
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("file", target.toString())
                            .put("bytes", bundle.length));
            results().note("Check it with: sallyport verify " + target);
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure.Usage(target + " exists already; it is not overwritten", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + target + ": " + e.getMessage(), e);
        }
    }
}
