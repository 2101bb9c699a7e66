package dev.sallyport.identity.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The Secret Service of a real GNOME Keyring on a bus of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretServiceKeyProtectorTest {
    private static final String SETTING = "secret-service:ring";

    @TempDir
    static Path home;

    private static final Map<String, String> environment = new HashMap<>();
    private static Process bus;
    private static Process keyring;

    @BeforeAll
    static void startKeyring() throws Exception {
        Path runtime = Files.createDirectory(home.resolve("run"));
        environment.put("HOME", home.toString());
        environment.put("XDG_RUNTIME_DIR", runtime.toString());
        environment.put("XDG_DATA_HOME", home.resolve("data").toString());
        bus = start(
                "dbus-daemon",
                "--session",
                "--nofork",
                "--print-address=1",
                "--address=unix:path=" + runtime.resolve("bus"));
        environment.put(
                "DBUS_SESSION_BUS_ADDRESS",
                new BufferedReader(new InputStreamReader(bus.getInputStream(), StandardCharsets.UTF_8)).readLine());
        keyring = start("gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets");
        try (OutputStream password = keyring.getOutputStream()) {
            password.write("only for this test".getBytes(StandardCharsets.US_ASCII));
        }
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!ask("org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
                .contains("boolean true")) {
            assertThat(System.nanoTime()).as("the keyring is not on the bus").isLessThan(end);
        }
    }

    @AfterAll
    static void stopKeyring() {
        for (Process process : List.of(keyring, bus)) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(command[0] + " is missing. Install: apt-get install gnome-keyring dbus", e);
        }
    }

    private static String ask(String name, String path, String method, String... arguments) throws Exception {
        String[] command = new String[6 + arguments.length];
        command[0] = "dbus-send";
        command[1] = "--session";
        command[2] = "--print-reply";
        command[3] = "--dest=" + name;
        command[4] = path;
        command[5] = method;
        System.arraycopy(arguments, 0, command, 6, arguments.length);
        return ProtectorProcess.tool(environment, "", command);
    }

    @Test
    @Order(1)
    void aKeyIsMadeKeptAndFoundAgainByAnotherProcess() throws Exception {
        // Another program's item with similar attributes, which must stay as it is.
        ProtectorProcess.tool(
                environment,
                "not yours",
                "secret-tool",
                "store",
                "--label=another",
                "application",
                "sallyport-like",
                "name",
                "ring");
        assertThat(ProtectorProcess.run(environment, "wrap", SETTING, "existing"))
                .contains("FleetState", "the keyring has no key 'ring'");
        String wrapped = ProtectorProcess.run(environment, "wrap", SETTING, "create");
        assertThat(wrapped).matches("[0-9a-f]{120}");
        assertThat(ProtectorProcess.run(environment, "unwrap", SETTING, wrapped))
                .isEqualTo(HexFormat.of().formatHex(ProtectorProcess.KEY));
        assertThat(ProtectorProcess.run(environment, "other", SETTING, wrapped)).contains("SealBroken");
        assertThat(ProtectorProcess.run(environment, "unwrap", "secret-service:else", wrapped))
                .contains("the keyring has no key 'else'");
        // A second start makes no second key.
        assertThat(ProtectorProcess.run(environment, "wrap", SETTING, "create")).matches("[0-9a-f]{120}");
        assertThat(ProtectorProcess.run(environment, "unwrap", SETTING, wrapped))
                .isEqualTo(HexFormat.of().formatHex(ProtectorProcess.KEY));
        assertThat(ProtectorProcess.run(environment, "probe", SETTING, "-")).contains("secret-service Available");
        assertThat(ProtectorProcess.tool(
                        environment, "", "secret-tool", "lookup", "application", "sallyport-like", "name", "ring"))
                .isEqualTo("not yours");
        // The probe has left nothing: two items are there, the key and the other program's.
        String items = ask(
                "org.freedesktop.secrets",
                "/org/freedesktop/secrets/aliases/default",
                "org.freedesktop.DBus.Properties.Get",
                "string:org.freedesktop.Secret.Collection",
                "string:Items");
        assertThat(items.lines().filter(line -> line.contains("object path")))
                .as(items)
                .hasSize(2);
    }

    @Test
    @Order(2)
    void aLockedKeyringIsSaidToBeLockedAndNotAskedToUnlock() throws Exception {
        ask(
                "org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.Lock",
                "array:objpath:/org/freedesktop/secrets/collection/login");
        for (String create : List.of("create", "existing")) {
            assertThat(ProtectorProcess.run(environment, "wrap", SETTING, create))
                    .contains("FleetState", "'secret-service' is locked", "Unlock it as its user");
        }
    }

    @Test
    @Order(3)
    void withoutABusItIsAbsentAndSaysWhy() throws Exception {
        Map<String, String> without = Map.of("HOME", home.toString(), "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        assertThat(ProtectorProcess.run(without, "wrap", SETTING, "create"))
                .contains("FleetState", "'secret-service' cannot be used");
        // The control: the same process with a key file works.
        assertThat(ProtectorProcess.run(without, "wrap", "file:" + home.resolve("root.key"), "create"))
                .matches("[0-9a-f]{120}");
    }

    /** What libsecret.h and GLib's headers say of a 64-bit machine. */
    @Test
    @Order(4)
    void theStructuresHaveTheSizesOfTheHeaders() {
        assertThat(SecretServiceCalls.ATTRIBUTE.byteSize()).isEqualTo(16);
        assertThat(SecretServiceCalls.SCHEMA.byteSize()).isEqualTo(8 + 8 + 32 * 16 + 8 + 7 * 8);
        assertThat(SecretServiceCalls.ERROR.byteSize()).isEqualTo(16);
    }
}
