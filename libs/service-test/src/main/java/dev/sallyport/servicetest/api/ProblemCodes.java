package dev.sallyport.servicetest.api;

import dev.sallyport.servicetest.checkout.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The codes of refused requests with their status, as {@code docs/problems.md} explains them. */
final class ProblemCodes {
    private static final Pattern SECTION = Pattern.compile("(?m)^### `([A-Z_0-9]+)`\\n\\n(\\d{3})\\. ");
    private static final Pattern SENTENCE = Pattern.compile("`([A-Z_]+)`, (\\d{3}):");
    private static final Pattern FAMILY =
            Pattern.compile("(?m)^### Codes that begin with `([A-Z_]+)`\\n\\n(\\d{3})\\. ([^\\n]*)");
    private static final Pattern MEMBER = Pattern.compile("`([A-Z_]+)`");

    private final Map<String, String> statuses = new HashMap<>();

    ProblemCodes() {
        String page;
        try {
            page = Files.readString(Repository.root().resolve("docs/problems.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        find(SECTION, page);
        find(SENTENCE, page);
        for (Matcher family = FAMILY.matcher(page); family.find(); ) {
            for (Matcher member = MEMBER.matcher(family.group(3)); member.find(); ) {
                statuses.put(member.group(1), family.group(2));
            }
        }
    }

    private void find(Pattern pattern, String page) {
        for (Matcher found = pattern.matcher(page); found.find(); ) {
            statuses.put(found.group(1), found.group(2));
        }
    }

    /**
     * The HTTP status of a code; {@link AssertionError} for one without a section. A code that ends with {@code *} stands
     * for a family whose first part has a section.
     */
    String status(String code) {
        String status = statuses.get(code.replaceAll("_\\*$", ""));
        if (status == null) {
            throw new AssertionError("docs/problems.md has no section for " + code);
        }
        return status;
    }
}
