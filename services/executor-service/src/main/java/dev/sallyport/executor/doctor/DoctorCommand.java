package dev.sallyport.executor.doctor;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code doctor [--bwrap=PATH]}: examines this host as the user who calls it and prints the report as JSON. */
public final class DoctorCommand {
    /** Exit status when the strongest tier is not available. */
    private static final int NOT_AVAILABLE = 3;

    private DoctorCommand() {}

    /** Answers the exit status: 0 if tier C was proven, 3 if not, 2 for wrong arguments. */
    public static int run(String[] args, PrintStream out) throws IOException, InterruptedException {
        Path bwrap = Path.of("/usr/bin/bwrap");
        for (String arg : args) {
            if (!arg.startsWith("--bwrap=")) {
                out.println("usage: doctor [--bwrap=PATH]");
                return 2;
            }
            bwrap = Path.of(arg.substring("--bwrap=".length()));
        }
        Path state = Files.createTempDirectory("sallyport-doctor");
        try {
            Platform platform = Platform.current();
            try (Doctor doctor = new Doctor(
                    new LinuxSandboxHost(state, bwrap, null, Clock.systemUTC(), ReadyTerms.NONE),
                    new Workspaces(platform, state.resolve("workspaces"), null),
                    platform)) {
                DoctorReport report = doctor.examine();
                out.write(JsonMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(report)
                        .getBytes(StandardCharsets.UTF_8));
                out.println();
                return report.offers(Tier.C) ? 0 : NOT_AVAILABLE;
            }
        } finally {
            remove(state);
        }
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
