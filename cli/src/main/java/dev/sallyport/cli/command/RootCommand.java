package dev.sallyport.cli.command;

import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Credential;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.output.OutputFormat;
import dev.sallyport.cli.output.Results;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line: the options that every command below it has too, and what they mean together. */
public abstract class RootCommand {
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

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "The same as --output json.")
    private boolean json;

    /** The command in these surroundings. */
    protected RootCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The surroundings of this run. */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** Where results are printed, in the form that the options name. */
    public Results results() {
        return new Results(surroundings.out(), surroundings.err(), json ? OutputFormat.json : output);
    }

    /** A client with the credential that the options, the environment or the configuration name, in that order. */
    public FleetClient client() {
        ClientConfig configuration = configuration();
        return withToken(configuration);
    }

    /**
     * A client that shows a certificate if one is named anywhere, else the token. It is for acts that need a
     * certificate.
     */
    public FleetClient certificateClient() {
        ClientConfig configuration = configuration();
        Path directory = identity != null ? identity : configuration.identity();
        return tokenFile == null && directory != null
                ? new FleetClient(configuration, new Credential.Identity(directory), url, surroundings.clock())
                : withToken(configuration);
    }

    /** A client that shows the certificate in this identity directory. */
    public FleetClient clientOf(Path directory) {
        return new FleetClient(configuration(), new Credential.Identity(directory), url, surroundings.clock());
    }

    /** A client that shows nothing and checks no server, for answers that prove themselves. */
    public FleetClient newcomersClient() {
        return new FleetClient(configuration(), new Credential.Newcomer(), url, surroundings.clock());
    }

    private FleetClient withToken(ClientConfig configuration) {
        return new FleetClient(configuration, credential(configuration), url, surroundings.clock())
                .advisingTheRefused(outranked());
    }

    /** Who we are to the fleet, in words. */
    public String credentialInWords() {
        ClientConfig configuration = configuration();
        if (tokenFile != null) {
            return "the token in " + tokenFile;
        }
        if (identity != null) {
            return "the certificate in " + identity;
        }
        if (!environmentToken().isEmpty()) {
            return "the token in $SALLYPORT_TOKEN";
        }
        if (configuration.tokenFile() != null) {
            return "the token in " + configuration.tokenFile();
        }
        return configuration.identity() == null
                ? "none: set SALLYPORT_HOME or SALLYPORT_TOKEN"
                : "the certificate in " + configuration.identity();
    }

    /** Says that the environment's token is shown although the configuration names something else; null if not so. */
    public @Nullable String outranked() {
        ClientConfig configuration = configuration();
        Path other = configuration.tokenFile() != null ? configuration.tokenFile() : configuration.identity();
        return (tokenFile != null || identity != null || environmentToken().isEmpty() || other == null)
                ? null
                : "The token in $SALLYPORT_TOKEN was shown, which outranks " + other + " of " + configurationFile()
                        + ". To act by that one: unset SALLYPORT_TOKEN";
    }

    private String environmentToken() {
        return surroundings.environment().getOrDefault("SALLYPORT_TOKEN", "").strip();
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
        if (!environmentToken().isEmpty()) {
            return new Credential.Token(environmentToken());
        }
        if (configuration.tokenFile() != null) {
            return Credential.Token.read(configuration.tokenFile());
        }
        return configuration.identity() != null
                ? new Credential.Identity(configuration.identity())
                : new Credential.Nobody();
    }
}
