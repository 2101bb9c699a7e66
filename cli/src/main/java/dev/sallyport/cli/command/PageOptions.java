package dev.sallyport.cli.command;

import dev.sallyport.cli.fleet.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every list: how much of it, and from where. */
public final class PageOptions {
    @Option(names = "--limit", paramLabel = "N", description = "The most items, 1 to 200 (default 50).")
    private @Nullable Integer limit;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Continue behind the page that named this cursor.")
    private @Nullable String after;

    /** The query that asks for this page. */
    public Query query() {
        return new Query().with("limit", limit).with("after", after);
    }
}
