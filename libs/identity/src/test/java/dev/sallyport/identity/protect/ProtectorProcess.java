package dev.sallyport.identity.protect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Uses a key protector in a process of its own, since libraries read the environment of theirs once. What it prints is
 * what came of it.
 */
final class ProtectorProcess {
    static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final byte[] CONTEXT = "ring 1".getBytes(StandardCharsets.US_ASCII);

    private ProtectorProcess() {}

    /**
     * {@code wrap SETTING create|existing}, {@code unwrap SETTING HEX}, {@code other SETTING HEX} for another context, or
     * {@code probe SETTING}.
     */
    public static void main(String[] arguments) {
        try {
            KeyProtector protector = KeyProtectors.open(arguments[1], "fleet-1", arguments[2].equals("create"));
            System.out.println(
                    switch (arguments[0]) {
                        case "wrap" -> HexFormat.of().formatHex(protector.wrap(KEY, CONTEXT));
                        case "unwrap" ->
                            HexFormat.of()
                                    .formatHex(protector.unwrap(HexFormat.of().parseHex(arguments[2]), CONTEXT));
                        case "other" ->
                            HexFormat.of()
                                    .formatHex(protector.unwrap(HexFormat.of().parseHex(arguments[2]), new byte[] {7}));
                        case "probe" -> protector.id() + " " + protector.probe();
                        default -> throw new IllegalArgumentException(arguments[0]);
                    });
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /** What it printed. */
    static String run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                ProtectorProcess.class.getName()));
        command.addAll(List.of(arguments));
        return tool(environment, "", command.toArray(String[]::new));
    }

    /** What a program printed; {@link AssertionError} when it is not there. */
    static String tool(Map<String, String> environment, String input, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("DBUS") || name.startsWith("XDG"));
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    command[0] + " is missing. Install: apt-get install gnome-keyring libsecret-1-0 libsecret-tools"
                            + " dbus dbus-bin softhsm2",
                    e);
        }
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command[0] + " did not end");
        }
        return printed;
    }
}
