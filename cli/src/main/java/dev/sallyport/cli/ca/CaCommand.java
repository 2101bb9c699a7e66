package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport ca}: the fleet's authorities and first certificates, offline. */
@Command(
        name = "ca",
        mixinStandardHelpOptions = true,
        description = {
            "Make and renew the fleet's certificate authorities and certificates.",
            "Only authorities, revoke and trust need running services; rotate and retire ask them between two roots."
        },
        subcommands = {
            CaInitCommand.class,
            CaRenewCommand.class,
            CaStatusCommand.class,
            CaRotateCommand.class,
            CaRetireCommand.class,
            CaTrustCommand.class,
            CaAuthoritiesCommand.class,
            CaRevokeCommand.class,
            CaIssueCommand.class,
            CaJoinCommand.class,
            CaProtectCommand.class,
            CaKubernetesCommand.class
        })
public final class CaCommand extends CommandGroup {}
