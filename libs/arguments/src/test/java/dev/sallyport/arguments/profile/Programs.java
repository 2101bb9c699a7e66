package dev.sallyport.arguments.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the programs of this machine that the profiles are about. */
final class Programs {
    private static final Map<String, String> PACKAGES = Map.of(
            "diff",
            "diffutils",
            "find",
            "findutils",
            "getopt",
            "util-linux",
            "git",
            "git",
            "grep",
            "grep",
            "jq",
            "jq",
            "sed",
            "sed",
            "tar",
            "tar");

    private Programs() {}

    /** What a run came to: its exit status, and output and errors together. */
    record Said(int status, String text) {}

    /** Runs a program of the machine in an empty environment, with nothing on its input. */
    static Said run(String program, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(file(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.redirectInput(Path.of("/dev/null").toFile()).start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Said(process.waitFor(), text);
    }

    private static Path file(String program) {
        return Stream.of("/usr/bin", "/bin")
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("`" + program + "` is not on this machine: apt-get install "
                        + PACKAGES.getOrDefault(program, "coreutils")));
    }
}
