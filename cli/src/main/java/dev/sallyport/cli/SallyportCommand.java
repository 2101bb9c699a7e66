package dev.sallyport.cli;

import dev.sallyport.cli.access.FreezeCommand;
import dev.sallyport.cli.access.InitCommand;
import dev.sallyport.cli.access.TokensCommand;
import dev.sallyport.cli.access.UnfreezeCommand;
import dev.sallyport.cli.approvals.ApprovalsCommand;
import dev.sallyport.cli.ca.CaCommand;
import dev.sallyport.cli.certificates.CertificatesCommand;
import dev.sallyport.cli.command.MissingCommandException;
import dev.sallyport.cli.command.RootCommand;
import dev.sallyport.cli.command.Surroundings;
import dev.sallyport.cli.config.ConfigCommand;
import dev.sallyport.cli.devices.DevicesCommand;
import dev.sallyport.cli.doctor.DoctorCommand;
import dev.sallyport.cli.features.FeaturesCommand;
import dev.sallyport.cli.groups.GroupsCommand;
import dev.sallyport.cli.invitations.InvitationsCommand;
import dev.sallyport.cli.ledger.LedgerCommand;
import dev.sallyport.cli.members.InviteCommand;
import dev.sallyport.cli.members.MembersCommand;
import dev.sallyport.cli.nodes.NodesCommand;
import dev.sallyport.cli.policy.PolicyCommand;
import dev.sallyport.cli.proposals.ProposalsCommand;
import dev.sallyport.cli.skills.SkillsCommand;
import dev.sallyport.cli.tools.ToolsCommand;
import dev.sallyport.cli.vault.VaultCommand;
import dev.sallyport.cli.verify.VerifyCommand;
import dev.sallyport.cli.workspaces.WorkspacesCommand;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code sallyport} command with all its commands. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        versionProvider = CommandVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "The gate between LLM agents and everything they can touch: decide, approve, execute, attest.",
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
            "Alone, it lists its commands and ends with 2.",
            "Configuration is the first of: --config, $SALLYPORT_CONFIG, $SALLYPORT_HOME/cli.json,",
            "~/.config/sallyport/config.json. A token comes from --token-file or $SALLYPORT_TOKEN, never",
            "from the command line, where every process of the machine can read it.",
        })
final class SallyportCommand extends RootCommand implements Runnable {
    /** In the order of the help. */
    private static final List<String> NAMES = List.of(
            "proposals",
            "approvals",
            "ledger",
            "verify",
            "tools",
            "skills",
            "config",
            "features",
            "policy",
            "workspaces",
            "members",
            "groups",
            "invite",
            "invitations",
            "tokens",
            "vault",
            "nodes",
            "certificates",
            "devices",
            "freeze",
            "unfreeze",
            "init",
            "ca",
            "doctor",
            "help");

    @Spec
    private @Nullable CommandSpec spec;

    private SallyportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /**
     * The command line for these arguments. Picocli reads by reflection what a command takes, which costs more than
     * most commands do: if the arguments begin with a command's name, only that one is read.
     */
    static CommandLine line(Surroundings surroundings, String... arguments) {
        CommandLine line = new CommandLine(new SallyportCommand(surroundings));
        Class<?> called = arguments.length == 0 ? null : named(arguments[0]);
        if (called != null && called != HelpCommand.class) {
            line.addSubcommand(called);
        } else {
            NAMES.forEach(name -> line.addSubcommand(Objects.requireNonNull(named(name))));
        }
        return line;
    }

    /** Called alone it names its commands. */
    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before the command runs");
        }
        throw new MissingCommandException(spec.commandLine());
    }

    private static @Nullable Class<?> named(String name) {
        return switch (name) {
            case "proposals" -> ProposalsCommand.class;
            case "approvals" -> ApprovalsCommand.class;
            case "ledger" -> LedgerCommand.class;
            case "verify" -> VerifyCommand.class;
            case "tools" -> ToolsCommand.class;
            case "skills" -> SkillsCommand.class;
            case "config" -> ConfigCommand.class;
            case "features" -> FeaturesCommand.class;
            case "policy" -> PolicyCommand.class;
            case "workspaces" -> WorkspacesCommand.class;
            case "members" -> MembersCommand.class;
            case "groups" -> GroupsCommand.class;
            case "invite" -> InviteCommand.class;
            case "invitations" -> InvitationsCommand.class;
            case "tokens" -> TokensCommand.class;
            case "vault" -> VaultCommand.class;
            case "nodes" -> NodesCommand.class;
            case "certificates" -> CertificatesCommand.class;
            case "devices" -> DevicesCommand.class;
            case "freeze" -> FreezeCommand.class;
            case "unfreeze" -> UnfreezeCommand.class;
            case "init" -> InitCommand.class;
            case "ca" -> CaCommand.class;
            case "doctor" -> DoctorCommand.class;
            case "help" -> HelpCommand.class;
            default -> null;
        };
    }
}
