package dev.sallyport.cli;

import dev.sallyport.cli.access.FreezeCommand;
import dev.sallyport.cli.access.InitCommand;
import dev.sallyport.cli.access.TokensCommand;
import dev.sallyport.cli.access.ToolsCommand;
import dev.sallyport.cli.access.UnfreezeCommand;
import dev.sallyport.cli.approvals.ApprovalsCommand;
import dev.sallyport.cli.ca.CaCommand;
import dev.sallyport.cli.doctor.DoctorCommand;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Credential;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.ledger.LedgerCommand;
import dev.sallyport.cli.proposals.ProposalsCommand;
import dev.sallyport.cli.vault.VaultCommand;
import dev.sallyport.cli.verify.VerifyCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code sallyport} command with the options that every command below it has too. */
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
public final class SallyportCommand {
    private final Surroundings surroundings;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file: where the fleet is and who we are.")
    private @Nullable Path config;

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Base URL of the service that this command asks, in place of the configured one.")
    private @Nullable String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "File with an API token; $SALLYPORT_TOKEN holds the token itself.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--identity",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Identity directory with a client certificate; speaks to the internal connectors.")
    private @Nullable Path identity;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            defaultValue = "table",
            description = "How to print: table (default) or json.")
    private OutputFormat output = OutputFormat.table;

    /** The command in these surroundings. */
    public SallyportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What this run sees of the world. */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** How to print. */
    public OutputFormat output() {
        return output;
    }

    /** A client with the credential that the options, the environment or the configuration name, in that order. */
    public FleetClient client() {
        ClientConfig configuration = configuration();
        return new FleetClient(configuration, credential(configuration), url, surroundings.clock());
    }

    /** A client that shows a certificate if one is named anywhere, else the token: for acts that certificates alone may do. */
    public FleetClient certificateClient() {
        ClientConfig configuration = configuration();
        Path directory = identity != null ? identity : configuration.identity();
        return tokenFile == null && directory != null
                ? new FleetClient(configuration, new Credential.Identity(directory), url, surroundings.clock())
                : new FleetClient(configuration, credential(configuration), url, surroundings.clock());
    }

    /** The configuration file's content, or an empty one if there is none and none was named. */
    public ClientConfig configuration() {
        Path named = namedConfiguration();
        if (named != null) {
            return ClientConfig.read(named);
        }
        Path usual = usualConfiguration();
        return Files.exists(usual) ? ClientConfig.read(usual) : ClientConfig.empty();
    }

    /** The file that was named by option or environment, else the usual place. */
    public Path configurationFile() {
        Path named = namedConfiguration();
        return named == null ? usualConfiguration() : named;
    }

    private @Nullable Path namedConfiguration() {
        if (config != null) {
            return config;
        }
        String variable = surroundings.environment().get("SALLYPORT_CONFIG");
        if (variable != null && !variable.isBlank()) {
            return Path.of(variable);
        }
        String home = surroundings.environment().get("SALLYPORT_HOME");
        return home == null || home.isBlank() ? null : Path.of(home).resolve("cli.json");
    }

    private Path usualConfiguration() {
        return surroundings.userHome().resolve(".config/sallyport/config.json");
    }

    private Credential credential(ClientConfig configuration) {
        if (tokenFile != null) {
            return Credential.Token.read(tokenFile);
        }
        if (identity != null) {
            return new Credential.Identity(identity);
        }
        String variable = surroundings.environment().get("SALLYPORT_TOKEN");
        if (variable != null && !variable.isBlank()) {
            return new Credential.Token(variable.strip());
        }
        if (configuration.tokenFile() != null) {
            return Credential.Token.read(configuration.tokenFile());
        }
        return configuration.identity() != null
                ? new Credential.Identity(configuration.identity())
                : new Credential.Nobody();
    }
}
