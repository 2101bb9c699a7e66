package dev.sallyport.executor.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.executor.platform.Platform;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code doctor [--attack] [--bwrap=PATH]}: examines this host as the user who calls it and prints the report as JSON; with
 * {@code --attack} what each promise of each tier came to, beside the same without a sandbox.
 */
public final class DoctorCommand {
    /** Exit status when the strongest tier is not available, or a promise does not hold. */
    private static final int NOT_AVAILABLE = 3;

    private static final String ATTACK = "--attack";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** A line of what {@code --attack} prints. */
    private record Line(
            @JsonProperty("case") String promise,
            Tier tier,
            String expected,
            String observed,
            boolean control,
            boolean holds) {}

    private DoctorCommand() {}

    /** Answers the exit status: 0 if tier C was proven, or all holds; 3 if not, 2 for wrong arguments. */
    public static int run(String[] args, PrintStream out) throws IOException, InterruptedException {
        Path bwrap = Path.of("/usr/bin/bwrap");
        boolean attack = false;
        for (String arg : args) {
            if (arg.equals(ATTACK)) {
                attack = true;
            } else if (arg.startsWith("--bwrap=")) {
                bwrap = Path.of(arg.substring("--bwrap=".length()));
            } else {
                out.println("usage: doctor [--attack] [--bwrap=PATH]");
                return 2;
            }
        }
        Path state = Files.createTempDirectory("sallyport-doctor");
        try {
            Platform platform = Platform.current();
            try (Doctor doctor = new Doctor(
                    new SandboxHosts(bwrap, null, ReadyTerms.NONE, List.of()).on(platform, state, Clock.systemUTC()),
                    new Workspaces(platform, state.resolve("workspaces"), null),
                    platform)) {
                return attack ? attack(doctor, out) : examine(doctor, out);
            }
        } finally {
            remove(state);
        }
    }

    private static int examine(Doctor doctor, PrintStream out) throws IOException, InterruptedException {
        DoctorReport report = doctor.examine();
        print(report, out);
        return report.offers(Tier.C) ? 0 : NOT_AVAILABLE;
    }

    private static int attack(Doctor doctor, PrintStream out) throws IOException, InterruptedException {
        List<Line> lines = new ArrayList<>();
        doctor.attack()
                .forEach((tier, results) -> results.forEach(each -> lines.add(new Line(
                        each.promise(), tier, each.expected(), each.observed(), each.control(), each.holds()))));
        print(lines, out);
        return lines.stream().allMatch(Line::holds) ? 0 : NOT_AVAILABLE;
    }

    private static void print(Object what, PrintStream out) throws IOException {
        out.write(JSON.writeValueAsString(what).getBytes(StandardCharsets.UTF_8));
        out.println();
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
