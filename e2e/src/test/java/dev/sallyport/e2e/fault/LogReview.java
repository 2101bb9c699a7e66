package dev.sallyport.e2e.fault;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.FleetPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the services and nodes complain about in their logs, counted by kind. */
final class LogReview {
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<Path, Long> read = new HashMap<>();

    /** Reads what a part has written in the life that has just ended. */
    void afterEnd(FleetPart part) {
        Path before = part.log().resolveSibling(part.log().getFileName() + ".1");
        long from = read.getOrDefault(part.log(), 0L);
        read.remove(part.log());
        count(part, before, from);
    }

    /** Reads what the parts have written since they were read before. */
    void now(List<FleetPart> parts) {
        parts.forEach(part -> count(part, part.log(), read.getOrDefault(part.log(), 0L)));
    }

    /** How often each kind of warning or error was written: level, service, logger and the message without its ids. */
    Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    private void count(FleetPart part, Path log, long from) {
        try {
            if (!Files.exists(log)) {
                return;
            }
            byte[] bytes = Files.readAllBytes(log);
            int start = (int) Math.min(from, bytes.length);
            String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
            text.lines().forEach(line -> count(part, line));
            read.put(log, (long) bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(FleetPart part, String line) {
        if (!line.startsWith("{")) {
            return;
        }
        try {
            JsonNode json = Api.JSON.readTree(line);
            String level = json.at("/log/level").asString(json.path("level").asString(""));
            if (level.equals("WARN") || level.equals("ERROR")) {
                String logger =
                        json.at("/log/logger").asString(json.path("logger_name").asString(""));
                String kind = level + " " + part.name().replaceAll("-[0-9]+$", "") + " "
                        + logger.substring(logger.lastIndexOf('.') + 1) + ": "
                        + plain(json.path("message").asString(""))
                        + " " + json.at("/error/type").asString("");
                counts.merge(kind.strip(), 1, Integer::sum);
            }
        } catch (JacksonException _) {
            // The last line of a killed process.
        }
    }

    /** Without what differs from one time to the next. */
    private static String plain(String message) {
        String plain =
                message.replaceAll("[0-9a-f]{16,}|[0-9A-HJKMNP-TV-Z]{26}", "…").replaceAll("[0-9]+", "#");
        return plain.length() > 140 ? plain.substring(0, 140) : plain;
    }
}
