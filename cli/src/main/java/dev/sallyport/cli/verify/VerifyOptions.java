package dev.sallyport.cli.verify;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a verification is told: the bundle, and what it is measured by. */
public final class VerifyOptions {
    @Parameters(paramLabel = "FILE", description = "The bundle, from `sallyport ledger export`.")
    private Path file = Path.of("");

    @Option(names = "--log-key", paramLabel = "VKEY", description = "The log's verifier key (repeatable).")
    private List<String> logKeys = List.of();

    @Option(names = "--trust", paramLabel = "FILE", description = "The fleet's trust.json, from a source you believe.")
    private @Nullable Path trust;

    @Option(names = "--all", description = "List every single verdict, not only what failed.")
    private boolean all;

    Path file() {
        return file;
    }

    List<String> logKeys() {
        return logKeys;
    }

    @Nullable
    Path trust() {
        return trust;
    }

    boolean all() {
        return all;
    }
}
