package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.ca.FleetCa;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport ca protect}: another protector for the authorities' keys. */
@Command(
        name = "protect",
        mixinStandardHelpOptions = true,
        description = "Seal the authorities' keys by another key protector. Repeat it if it was cut short.",
        footer = {
            "  sallyport ca protect fleet --issuing file:/mnt/stick/issuing.key",
            "",
            "A protector is file:/PATH, mounted:/PATH, environment:VARIABLE, secret-service:NAME, keychain:NAME,",
            "dpapi:, pkcs11:/PATH or kms:/PATH. vault-service reads it at its next start.",
        })
final class CaProtectCommand extends DirectoryCommand {
    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    private static final class Which {
        @Option(names = "--issuing", paramLabel = "KIND:WHERE", description = "For the issuing authorities' keys.")
        private String issuing = "";

        @Option(names = "--root", paramLabel = "KIND:WHERE", description = "For the roots' keys.")
        private String root = "";
    }

    @Override
    ExitCode run(Path directory) {
        boolean issuing = !which.issuing.isEmpty();
        String setting = issuing ? which.issuing : which.root;
        FleetCa.open(directory, root().surroundings().clock())
                .protect(issuing ? FleetCa.Keys.ISSUING : FleetCa.Keys.ROOT, setting);
        results()
                .object(Json.mapper()
                        .createObjectNode()
                        .put("keys", issuing ? "issuing" : "root")
                        .put("protector", setting));
        return ExitCode.OK;
    }
}
