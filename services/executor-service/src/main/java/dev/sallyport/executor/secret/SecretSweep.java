package dev.sallyport.executor.secret;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.FolderEntry;
import dev.sallyport.executor.platform.OpenFile;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Takes out of a session's workspace what a tool has left there of its secrets: the session's next call could read it, and
 * has no right to it. Files and links whose name or content has one in any known form are removed, and so is what cannot
 * be looked into. For when the tool has ended.
 */
public final class SecretSweep {
    /** As deep as a workspace may be. */
    private static final int DEPTH = 64;

    private static final int MOST_NAMES = 100_000;

    private static final int PIECE = 256 << 10;

    private final Redaction redaction;
    private int removed;

    private SecretSweep(Redaction redaction) {
        this.redaction = redaction;
    }

    /**
     * Sweeps.
     *
     * @return how many files, folders and links were removed
     * @throws IOException if the workspace cannot be looked into, or something in it cannot be removed
     */
    public static int of(Platform platform, Path workspace, Redaction redaction) throws IOException {
        if (redaction.isNothing()) {
            return 0;
        }
        SecretSweep sweep = new SecretSweep(redaction);
        try (OpenFolder folder = platform.open(workspace)) {
            sweep.within(folder, 0);
        }
        return sweep.removed;
    }

    private void within(OpenFolder folder, int depth) throws IOException {
        for (EntryName name : folder.names(MOST_NAMES)) {
            FolderEntry entry = folder.entry(name);
            if (entry == null) {
                continue;
            }
            if (has(name.toString().getBytes(StandardCharsets.UTF_8)) || holds(folder, name, entry, depth)) {
                folder.removeAll(name);
                removed++;
            }
        }
    }

    private boolean holds(OpenFolder folder, EntryName name, FolderEntry entry, int depth) {
        try {
            return switch (entry.kind()) {
                case FILE -> holds(folder, name);
                case LINK -> has(folder.linkTarget(name));
                case SPECIAL -> false;
                case FOLDER -> {
                    if (depth == DEPTH) {
                        yield true;
                    }
                    try (OpenFolder next = folder.folder(name)) {
                        within(next, depth + 1);
                    }
                    yield false;
                }
            };
        } catch (IOException _) {
            // Nobody may read it, or it has a second name elsewhere: what cannot be looked into may hold anything.
            return true;
        }
    }

    private boolean holds(OpenFolder folder, EntryName name) throws IOException {
        Redactor redactor = redaction.redactor();
        try (OpenFile file = folder.reader(name)) {
            long at = 0;
            for (byte[] piece = file.read(at, PIECE); piece.length > 0; piece = file.read(at, PIECE)) {
                redactor.add(piece, 0, piece.length, (_, _, _) -> {});
                at += piece.length;
            }
        }
        redactor.end((_, _, _) -> {});
        return redactor.found();
    }

    private boolean has(byte[] bytes) {
        Redactor redactor = redaction.redactor();
        redactor.add(bytes, 0, bytes.length, (_, _, _) -> {});
        redactor.end((_, _, _) -> {});
        return redactor.found();
    }
}
