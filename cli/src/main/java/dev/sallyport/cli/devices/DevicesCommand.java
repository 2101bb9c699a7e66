package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport devices}: who has a certificate of its own, and how a new one gets it. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        description = "Pair devices and agents with the fleet; list, rename, rotate, revoke them.",
        subcommands = {
            OpenPairingCommand.class,
            PairDeviceCommand.class,
            ListDevicesCommand.class,
            RenameDeviceCommand.class,
            RotateDeviceCommand.class,
            RevokeDeviceCommand.class,
            ClearDeviceCommand.class,
            BindAgentCommand.class,
            UnbindAgentCommand.class,
            ListBindingsCommand.class
        })
public final class DevicesCommand extends CommandGroup {}
