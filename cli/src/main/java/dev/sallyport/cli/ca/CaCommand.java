package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport ca}: the fleet's authorities and first certificates, offline. */
@Command(
        name = "ca",
        mixinStandardHelpOptions = true,
        description = {
            "Make and renew the fleet's certificate authorities and certificates.",
            "Only authorities and revoke need running services."
        },
        subcommands = {
            CaInitCommand.class,
            CaRenewCommand.class,
            CaStatusCommand.class,
            CaRotateCommand.class,
            CaAuthoritiesCommand.class,
            CaRevokeCommand.class,
            CaIssueCommand.class,
            CaJoinCommand.class,
            CaProtectCommand.class,
            CaKubernetesCommand.class
        })
public final class CaCommand extends CommandGroup {}
