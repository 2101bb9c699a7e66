package dev.sallyport.cli.ledger;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Map;
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
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

    @Parameters(paramLabel = "PROPOSAL_ID", description = "Proposal id.")
    private String id = "";

    @Option(names = "--file", paramLabel = "FILE", description = "Where to (default PROPOSAL_ID.sallyport.zip).")
    private @Nullable Path file;

    @Override
    protected ExitCode run() {
        if (!ULID.matcher(id).matches()) {
            throw usage("a proposal id has 26 upper-case letters and digits");
        }
        Path target = file == null ? Path.of(id + ".sallyport.zip") : file;
        try (FleetClient client = client();
                OwnerOnlyFile output = OwnerOnlyFile.create(target)) {
            byte[] bundle = client.bytes(Service.ATTESTATION, "/v1/cases/" + encoded(id) + "/bundle");
            output.write(bundle);
            if (json()) {
                printJson(Map.of("file", target.toString(), "bytes", bundle.length));
            } else {
                out().println("wrote " + target + " (" + bundle.length + " bytes); check it with: sallyport verify "
                        + target);
            }
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure.Usage(target + " exists already; it is not overwritten", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + target + ": " + e.getMessage(), e);
        }
    }
}
