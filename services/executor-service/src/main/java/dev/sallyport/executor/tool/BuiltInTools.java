package dev.sallyport.executor.tool;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.executor.workspace.WorkspaceFiles;
import dev.sallyport.executor.workspace.WorkspaceFiles.Mode;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tools that need no process: their code is the node's own, so there is nothing to contain but their paths. */
public final class BuiltInTools {
    /** What one call can read, and how long a listing can be: it travels inline beside a statement. */
    private static final int MOST_READ = 192 << 10;

    /** What is read when the caller names no size. */
    private static final int USUAL_READ = 64 << 10;

    private static final int LONGEST_SLEEP = 600_000;

    private final Platform platform;
    private final @Nullable ToolUser owner;
    private final Clock clock;
    private final int workspaceFiles;

    /** One writer at a time in a workspace, so that two together do not exceed its quota; shared by some workspaces. */
    private final Lock[] writers = Stream.generate(ReentrantLock::new).limit(64).toArray(Lock[]::new);

    /**
     * Tools whose results carry that clock's time.
     *
     * @param owner whose the files become that are written, null for this process's user
     */
    public BuiltInTools(Platform platform, @Nullable ToolUser owner, Clock clock) {
        this(platform, owner, clock, WorkspaceQuota.USUAL_FILES);
    }

    /**
     * The same with a number of files of the operator's.
     *
     * @param workspaceFiles files and folders that a workspace may hold
     */
    public BuiltInTools(Platform platform, @Nullable ToolUser owner, Clock clock, int workspaceFiles) {
        this.workspaceFiles = workspaceFiles;
        this.platform = platform;
        this.owner = owner;
        this.clock = clock;
    }

    RunningTool echo(ToolCall call) {
        String text = new ToolArguments(call.arguments(), Set.of("text")).text("text");
        return run(call, () -> List.of(output(text.getBytes(StandardCharsets.UTF_8))));
    }

    RunningTool sleep(ToolCall call) {
        int millis = new ToolArguments(call.arguments(), Set.of("ms")).number("ms", 0, LONGEST_SLEEP);
        return run(call, () -> {
            TimeUnit.MILLISECONDS.sleep(millis);
            return List.of();
        });
    }

    RunningTool read(ToolCall call) {
        ToolArguments arguments = new ToolArguments(call.arguments(), Set.of("path", "max_bytes", "offset"));
        String path = arguments.text("path");
        int most = arguments.number("max_bytes", USUAL_READ, MOST_READ);
        int offset = arguments.number("offset", 0, Integer.MAX_VALUE);
        return run(call, () -> {
            WorkspaceFiles.Content content = files(call).read(path, offset, most);
            ToolResult.Output bytes = ToolResult.Output.cutAtItsEnd("stdout", content.bytes(), content.totalBytes());
            return content.bytes().length == content.totalBytes()
                    ? List.of(bytes)
                    : List.of(part(offset, content), bytes);
        });
    }

    /** Says what was not read, and where to go on. */
    private static ToolResult.Output part(long offset, WorkspaceFiles.Content content) {
        Map<String, Long> part = new TreeMap<>();
        part.put("offset", offset);
        part.put("total_bytes", content.totalBytes());
        long next = offset + content.bytes().length;
        if (next < content.totalBytes()) {
            part.put("next_offset", next);
        }
        return ToolJson.value(part);
    }

    RunningTool list(ToolCall call) {
        String given = new ToolArguments(call.arguments(), Set.of("path")).optionalText("path");
        String path = given == null ? "." : given;
        return run(call, () -> {
            ToolResult.Output listing =
                    ToolJson.value(Map.of("entries", files(call).list(path)));
            if (listing.totalBytes() > MOST_READ) {
                throw new FileRefusal(
                        FileRefusal.Code.FILE_TOO_LARGE,
                        "The folder's listing is longer than " + MOST_READ + " bytes: keep fewer files in one folder.");
            }
            return List.of(listing);
        });
    }

    RunningTool write(ToolCall call) {
        ToolArguments arguments = new ToolArguments(call.arguments(), Set.of("path", "content", "encoding", "mode"));
        String path = arguments.text("path");
        byte[] content = content(arguments);
        String named = arguments.optionalText("mode");
        Mode mode = switch (named == null ? "replace" : named) {
            case "create" -> Mode.CREATE;
            case "replace" -> Mode.REPLACE;
            case "append" -> Mode.APPEND;
            default -> throw new InvalidInput("mode: must be create, replace or append.");
        };
        return run(call, () -> List.of(ToolJson.value(Map.of("bytes", write(call, path, content, mode)))));
    }

    private long write(ToolCall call, String path, byte[] content, Mode mode) throws FileRefusal, InterruptedException {
        Limits limits = call.terms().limits();
        WorkspaceQuota quota = new WorkspaceQuota(limits.workspaceBytes(), workspaceFiles);
        Path workspace = call.workspace().get();
        Lock writer = writers[Math.floorMod(workspace.hashCode(), writers.length)];
        writer.lockInterruptibly();
        try {
            WorkspaceFiles files = files(call);
            checkWanted(call);
            long written = files.write(path, content, mode, limits.fileBytes(), quota);
            // A program of the same session may have written meanwhile.
            quota.check(platform, workspace);
            return written;
        } finally {
            writer.unlock();
        }
    }

    /** Right before a write: the call may have ended while this one waited. */
    private static void checkWanted(ToolCall call) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        call.stillWanted().run();
    }

    private WorkspaceFiles files(ToolCall call) {
        return new WorkspaceFiles(platform, call.workspace().get(), owner);
    }

    private static byte[] content(ToolArguments arguments) {
        String content = arguments.text("content");
        String encoding = arguments.optionalText("encoding");
        try {
            return switch (encoding == null ? "utf-8" : encoding) {
                case "utf-8" -> content.getBytes(StandardCharsets.UTF_8);
                case "base64" -> Base64.getDecoder().decode(content);
                default -> throw new InvalidInput("encoding: must be utf-8 or base64.");
            };
        } catch (IllegalArgumentException _) {
            throw new InvalidInput("content: is not standard base64.");
        }
    }

    private RunningTool run(ToolCall call, BuiltInRun.Work work) {
        Digest digest = Digest.of((call.tool().name() + " " + call.tool().version()).getBytes(StandardCharsets.UTF_8));
        return new BuiltInRun(call, digest, work, clock);
    }

    private static ToolResult.Output output(byte[] bytes) {
        return ToolResult.Output.whole("stdout", bytes);
    }
}
