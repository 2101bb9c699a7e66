package dev.sallyport.executor.tool;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.workspace.WorkspaceFiles;
import dev.sallyport.executor.workspace.WorkspaceFiles.Mode;
import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The tools that need no process: their code is the node's own, so there is nothing to contain but their paths. */
public final class BuiltInTools {
    private static final int MOST_READ = 1 << 20;

    /** What is read when the caller names no size; fits inline beside a statement. */
    private static final int USUAL_READ = 64 << 10;

    private static final int LONGEST_SLEEP = 600_000;

    private final Platform platform;
    private final Clock clock;

    /** Tools whose results carry that clock's time. */
    public BuiltInTools(Platform platform, Clock clock) {
        this.platform = platform;
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
        ToolArguments arguments = new ToolArguments(call.arguments(), Set.of("path", "max_bytes"));
        String path = arguments.text("path");
        int most = arguments.number("max_bytes", USUAL_READ, MOST_READ);
        return run(call, () -> {
            WorkspaceFiles.Content content = new WorkspaceFiles(platform, call.workspace()).read(path, most);
            return List.of(new ToolResult.Output("stdout", content.bytes(), content.totalBytes(), null));
        });
    }

    RunningTool list(ToolCall call) {
        String given = new ToolArguments(call.arguments(), Set.of("path")).optionalText("path");
        String path = given == null ? "." : given;
        return run(
                call,
                () -> List.of(
                        ToolJson.value(Map.of("entries", new WorkspaceFiles(platform, call.workspace()).list(path)))));
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
        return run(
                call,
                () -> List.of(ToolJson.value(Map.of(
                        "bytes",
                        new WorkspaceFiles(platform, call.workspace())
                                .write(
                                        path,
                                        content,
                                        mode,
                                        call.terms().limits().fileBytes())))));
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
        return new ToolResult.Output("stdout", bytes, bytes.length, null);
    }
}
