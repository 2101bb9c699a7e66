package dev.sallyport.cli;

import dev.sallyport.cli.access.FreezeCommand;
import dev.sallyport.cli.access.InitCommand;
import dev.sallyport.cli.access.TokensCommand;
import dev.sallyport.cli.access.ToolsCommand;
import dev.sallyport.cli.access.UnfreezeCommand;
import dev.sallyport.cli.approvals.ApprovalsCommand;
import dev.sallyport.cli.ca.CaCommand;
import dev.sallyport.cli.command.RootCommand;
import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.cli.config.ConfigCommand;
import dev.sallyport.cli.doctor.DoctorCommand;
import dev.sallyport.cli.ledger.LedgerCommand;
import dev.sallyport.cli.members.MembersCommand;
import dev.sallyport.cli.proposals.ProposalsCommand;
import dev.sallyport.cli.vault.VaultCommand;
import dev.sallyport.cli.verify.VerifyCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code sallyport} command with all its commands. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        versionProvider = CommandVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "The gate between LLM agents and everything they can touch: decide, approve, execute, attest.",
        subcommands = {
            ProposalsCommand.class,
            ApprovalsCommand.class,
            LedgerCommand.class,
            VerifyCommand.class,
            ToolsCommand.class,
            ConfigCommand.class,
            MembersCommand.class,
            TokensCommand.class,
            VaultCommand.class,
            FreezeCommand.class,
            UnfreezeCommand.class,
            InitCommand.class,
            CaCommand.class,
            DoctorCommand.class,
            HelpCommand.class
        },
        footerHeading = "%nQuick start (a fleet started by bin/run):%n",
        footer = {
            "  export SALLYPORT_HOME=<home folder that bin/run names>",
            "  sallyport doctor",
            "  sallyport proposals submit process.run --arg executable=uname --json-arg args='[\"-s\"]' --wait 30s",
            "  sallyport approvals list",
            "  sallyport approvals approve ID",
            "  sallyport ledger export PROPOSAL_ID",
            "  sallyport verify PROPOSAL_ID.sallyport.zip",
            "",
            "Configuration is the first of: --config, $SALLYPORT_CONFIG, $SALLYPORT_HOME/cli.json,",
            "~/.config/sallyport/config.json. A token comes from --token-file or $SALLYPORT_TOKEN, never",
            "from the command line, where every process of the machine can read it.",
        })
final class SallyportCommand extends RootCommand {
    SallyportCommand(Surroundings surroundings) {
        super(surroundings);
    }
}
