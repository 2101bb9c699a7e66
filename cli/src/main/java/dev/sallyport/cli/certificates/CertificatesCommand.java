package dev.sallyport.cli.certificates;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport certificates}: who of the fleet has which, and their end before their time. */
@Command(
        name = "certificates",
        mixinStandardHelpOptions = true,
        description = "See the fleet's valid certificates and revoke what may be in other hands.",
        subcommands = {ListCertificatesCommand.class, ShowCertificateCommand.class, RevokeCertificateCommand.class})
public final class CertificatesCommand extends CommandGroup {}
