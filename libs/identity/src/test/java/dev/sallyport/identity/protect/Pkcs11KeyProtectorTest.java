package dev.sallyport.identity.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real token: SoftHSM's, through the JDK's own PKCS#11 provider. */
class Pkcs11KeyProtectorTest {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"));

    @TempDir
    static Path temp;

    private static Map<String, String> environment;
    private static String setting;

    @BeforeAll
    static void makeToken() throws Exception {
        Path tokens = Files.createDirectory(temp.resolve("tokens"));
        Path configuration = temp.resolve("softhsm2.conf");
        Files.writeString(configuration, "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        environment = Map.of("SOFTHSM2_CONF", configuration.toString());
        String made = ProtectorProcess.tool(
                environment,
                "",
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "vault",
                "--pin",
                "4711",
                "--so-pin",
                "0815");
        assertThat(made).contains("initialized");
        setting = "pkcs11:" + properties("right.properties", "4711", "sallyport");
    }

    private static Path properties(String name, String pin, String alias) throws Exception {
        Path library = LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM is missing. Install: apt-get install softhsm2"));
        Path pinFile = temp.resolve(name + ".pin");
        Files.writeString(pinFile, pin + "\n");
        Files.setPosixFilePermissions(pinFile, PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(
                temp.resolve(name),
                "library = " + library + "\nslot = 0\nalias = " + alias + "\npin-file = " + pinFile + "\n");
    }

    @Test
    void theTokenMakesTheKeyAndWrapsWithItAndNeverGivesItAway() throws Exception {
        assertThat(ProtectorProcess.run(environment, "wrap", setting, "existing"))
                .contains("FleetState", "the token has no AES key 'sallyport'");
        String wrapped = ProtectorProcess.run(environment, "wrap", setting, "create");
        assertThat(wrapped).matches("[0-9a-f]{120}");
        assertThat(ProtectorProcess.run(environment, "unwrap", setting, wrapped))
                .isEqualTo(HexFormat.of().formatHex(ProtectorProcess.KEY));
        assertThat(ProtectorProcess.run(environment, "other", setting, wrapped)).contains("SealBroken");
        assertThat(ProtectorProcess.run(environment, "probe", setting, "-")).contains("pkcs11 Available");
        String other = "pkcs11:" + properties("other.properties", "4711", "another");
        assertThat(ProtectorProcess.run(environment, "wrap", other, "create")).matches("[0-9a-f]{120}");
        assertThat(ProtectorProcess.run(environment, "unwrap", other, wrapped)).contains("SealBroken");
    }

    @Test
    void aWrongPinIsSaidToBeALockAndNoOtherProtectorTakesItsPlace() throws Exception {
        String wrong = "pkcs11:" + properties("wrong.properties", "1234", "sallyport");
        assertThat(ProtectorProcess.run(environment, "wrap", wrong, "create"))
                .contains("FleetState", "'pkcs11' is locked");
        Path missing = temp.resolve("missing.properties");
        Files.writeString(
                missing, "library = /nowhere.so\nalias = a\npin-file = " + temp.resolve("right.properties.pin"));
        assertThat(ProtectorProcess.run(environment, "wrap", "pkcs11:" + missing, "create"))
                .contains("FleetState", "cannot be used");
        assertThat(ProtectorProcess.run(environment, "wrap", "pkcs11:" + temp.resolve("none"), "create"))
                .contains("cannot read");
    }
}
