package dev.sallyport.e2e.journey;

import dev.sallyport.e2e.harness.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shell blocks of a page, in their order. A block that cannot be run says so where it begins:
 * {@code ```sh no-test: needs a cluster}.
 *
 * @param page the page's file
 * @param runnable the text of each block that is run
 * @param left the reason of each block that is not
 */
record ShellBlocks(Path page, List<String> runnable, List<String> left) {
    private static final String FENCE = "```";
    private static final String SHELL = FENCE + "sh";
    private static final String LEFT = SHELL + " no-test: ";

    /** Those of the README and of every page below docs and deploy. */
    static List<ShellBlocks> ofAllPages() {
        List<Path> pages = new ArrayList<>(List.of(Repository.root().resolve("README.md")));
        for (String folder : List.of("docs", "deploy")) {
            try (Stream<Path> files = Files.walk(Repository.root().resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("/target/"))
                        .sorted()
                        .forEach(pages::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return pages.stream().map(ShellBlocks::of).toList();
    }

    private static ShellBlocks of(Path page) {
        List<String> runnable = new ArrayList<>();
        List<String> left = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        String opened = "";
        for (String line : lines(page)) {
            if (opened.isEmpty()) {
                opened = line.startsWith(FENCE) ? line : "";
                block.setLength(0);
            } else if (!line.equals(FENCE)) {
                block.append(line).append('\n');
            } else {
                if (opened.equals(SHELL)) {
                    runnable.add(block.toString());
                } else if (opened.startsWith(LEFT)) {
                    left.add(opened.substring(LEFT.length()));
                } else if (opened.startsWith(SHELL)) {
                    throw new IllegalStateException(page + ": neither " + SHELL + " nor " + LEFT + "REASON: " + opened);
                }
                opened = "";
            }
        }
        return new ShellBlocks(page, runnable, left);
    }

    private static List<String> lines(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All blocks as one script that ends at the first command that fails. */
    String script() {
        return "set -eo pipefail\n" + String.join("\n", runnable);
    }

    @Override
    public String toString() {
        return Repository.root().relativize(page).toString();
    }
}
