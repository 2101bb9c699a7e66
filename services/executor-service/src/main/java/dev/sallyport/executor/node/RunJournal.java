package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Remembers on disk which calls this node has begun, so that a claim handed over twice runs once, even after a restart.
 * An entry is a file of no bytes whose name is the call and the time until which a claim of it could pass as one of now.
 */
final class RunJournal {
    private static final Pattern ENTRY = Pattern.compile("([0-9A-Z]{26})-([0-9]{1,15})");
    private static final Pattern IDENTITY = Pattern.compile("[0-9a-f]{32}");
    private static final String IDENTITY_FILE = "identity";

    private final Platform platform;
    private final Path folder;
    private final Clock clock;
    private final String identity;
    private final Map<String, Instant> begun = new ConcurrentHashMap<>();
    private final SharedForce names;

    RunJournal(Platform platform, Path folder, Clock clock) throws IOException {
        this.platform = platform;
        this.folder = Files.createDirectories(folder);
        this.clock = clock;
        this.names = new SharedForce(platform, folder);
        this.identity = identity();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Matcher name = ENTRY.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    begun.put(name.group(1), Instant.ofEpochMilli(Long.parseLong(name.group(2))));
                }
            }
        }
    }

    /** Which journal this is: control hands a claim again only to a node that still has the journal it won it with. */
    String id() {
        return identity;
    }

    /**
     * Notes the call, durably; false if it was noted before.
     *
     * @param until when a claim of it cannot pass as one of now any more
     */
    boolean begin(String proposalId, Instant until) throws IOException {
        if (begun.putIfAbsent(proposalId, until) != null) {
            return false;
        }
        Files.createFile(file(proposalId, until));
        names.force();
        return true;
    }

    /** Forgets what can no longer be handed over again. */
    void clean() throws IOException {
        Instant now = clock.instant();
        for (Map.Entry<String, Instant> entry : List.copyOf(begun.entrySet())) {
            if (entry.getValue().isBefore(now)) {
                Files.deleteIfExists(file(entry.getKey(), entry.getValue()));
                begun.remove(entry.getKey());
            }
        }
    }

    private Path file(String proposalId, Instant until) {
        return folder.resolve(proposalId + "-" + until.toEpochMilli());
    }

    private String identity() throws IOException {
        Path file = folder.resolve(IDENTITY_FILE);
        if (Files.exists(file)) {
            String known = Files.readString(file);
            if (IDENTITY.matcher(known).matches()) {
                return known;
            }
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String fresh = HexFormat.of().formatHex(random);
        Files.writeString(file, fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        platform.force(folder);
        return fresh;
    }
}
