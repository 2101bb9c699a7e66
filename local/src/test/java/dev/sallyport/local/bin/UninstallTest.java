package dev.sallyport.local.bin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.local.home.FleetHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/run --uninstall} and the list of homes. */
class UninstallTest {
    private static final String UNINSTALL = "uninstall \"$1\" yes";

    @TempDir
    private Path temporary;

    private Path userHome;
    private Path fleet;
    private Path cache;

    @BeforeEach
    void makeAFleet() throws Exception {
        // A home that root opens must be one that other users pass through.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        userHome = Files.createDirectories(temporary.resolve("user"));
        fleet = makeFleet("fleet");
        cache = Files.createDirectories(userHome.resolve(".cache/sallyport/jdk"));
    }

    @Test
    void theHomeAndWhatWasFetchedAreRemoved() throws Exception {
        Path link = Files.createSymbolicLink(fleet.resolve("link"), userHome);
        remember(fleet);
        Shell.Ran ran = shell().script(UNINSTALL, fleet.toString());
        assertThat(ran.exit()).as(ran.said()).isZero();
        assertThat(ran.said())
                .contains(fleet.toString(), userHome.resolve(".cache/sallyport").toString(), "~/.m2");
        assertThat(fleet).doesNotExist();
        assertThat(cache).doesNotExist();
        assertThat(link).doesNotExist();
        assertThat(userHome).as("what a link leads to").exists();
        assertThat(userHome.resolve(".local/state/sallyport/homes")).doesNotExist();
        assertThat(shell().script(UNINSTALL, fleet.toString()).said()).contains("nothing to remove");
    }

    @Test
    void nothingIsRemovedWithoutAYes() throws Exception {
        for (String answer : List.of("", "no\n", "y\n")) {
            Shell.Ran ran = shell().run(answer, List.of("bin/run", "--uninstall", "--home", fleet.toString()));
            assertThat(ran.exit()).as(ran.said()).isEqualTo(1);
            assertThat(ran.said()).contains("this will remove", fleet.toString(), "nothing was removed");
        }
        assertThat(fleet.resolve("cli.json")).exists();
        assertThat(cache).exists();
    }

    @Test
    void aFleetThatRunsIsLeftAlone() throws Exception {
        try (FleetHome held = FleetHome.open(fleet)) {
            Shell.Ran ran = shell().run("", List.of("bin/run", "--uninstall", "--yes", "--home", fleet.toString()));
            assertThat(ran.exit()).as(ran.said()).isEqualTo(1);
            assertThat(ran.said()).contains("runs. Stop it first");
            assertThat(held.folder().resolve("cli.json")).exists();
        }
        assertThat(shell().script(UNINSTALL, fleet.toString()).exit()).isZero();
        assertThat(fleet).doesNotExist();
    }

    @Test
    void aFolderThatHoldsSomethingElseIsLeftAlone() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("else"));
        Path precious = Files.writeString(folder.resolve("x"), "x");
        Shell.Ran ran = shell().run("", List.of("bin/run", "--uninstall", "--yes", "--home", folder.toString()));
        assertThat(ran.exit()).as(ran.said()).isEqualTo(1);
        assertThat(ran.said()).contains("does not hold a fleet");
        assertThat(precious).exists();
    }

    @Test
    void whatAnotherFleetUsesStays() throws Exception {
        Path other = makeFleet("other");
        remember(other);
        remember(fleet);
        Shell.Ran ran = shell().script(UNINSTALL, fleet.toString());
        assertThat(ran.exit()).as(ran.said()).isZero();
        assertThat(fleet).doesNotExist();
        assertThat(cache).exists();
        assertThat(other).exists();
    }

    @Test
    void onlyUsersThatWereMadeAreRemoved() throws Exception {
        boolean root =
                new Shell(userHome).run("", List.of("id", "-u")).said().strip().equals("0");
        String made = "sallyport-t" + ProcessHandle.current().pid();
        String foreign = made + "f";
        if (!root) {
            assertThat(shell().script("need_users \"$1\"", made).said()).isEmpty();
            assertThat(exists(made))
                    .as("only root's fleet has users of its own")
                    .isFalse();
            return;
        }
        try {
            Shell.Ran making = shell().script("need_users \"$1\"", made);
            assertThat(making.exit()).as(making.said()).isZero();
            assertThat(making.said()).contains("system user of its own", "making 1 users: " + made);
            shell().script("useradd --system --no-create-home \"$1\"", foreign);
            assertThat(exists(made) && exists(foreign)).isTrue();

            Shell.Ran ran = shell().script("uninstall \"$1\" yes \"$2\" \"$3\"", fleet.toString(), made, foreign);
            assertThat(ran.exit()).as(ran.said()).isZero();
            assertThat(ran.said()).contains("system users that bin/run made: " + made + "\n");
            assertThat(exists(made)).isFalse();
            assertThat(exists(foreign)).isTrue();
        } finally {
            shell().script("userdel \"$1\" || true; userdel \"$2\" || true", made, foreign);
        }
    }

    @Test
    void theCommandSpeaksToTheFleetThatWasStartedLast() throws Exception {
        Path other = makeFleet("other");
        remember(other);
        remember(fleet);
        assertThat(home()).isEqualTo(fleet.toString());
        remember(other);
        assertThat(home()).isEqualTo(other.toString());
        Files.delete(other.resolve("supervisor.lock"));
        assertThat(home()).as("one that is gone").isEqualTo(fleet.toString());
        assertThat(shell().script("SALLYPORT_HOME=/elsewhere bin/sallyport home")
                        .said())
                .isEqualTo("/elsewhere\n");
    }

    private String home() throws Exception {
        return shell().run("", List.of("bin/sallyport", "home")).said().strip();
    }

    private boolean exists(String user) throws Exception {
        return shell().run("", List.of("id", "-u", user)).exit() == 0;
    }

    private void remember(Path home) throws Exception {
        Shell.Ran ran = shell().script("remember_home \"$1\"", home.toString());
        assertThat(ran.exit()).as(ran.said()).isZero();
    }

    private Path makeFleet(String name) throws Exception {
        Path home = Files.createDirectories(temporary.resolve(name));
        Files.createFile(home.resolve("supervisor.lock"));
        Files.writeString(home.resolve("cli.json"), "{}");
        return home;
    }

    private Shell shell() {
        return new Shell(userHome);
    }
}
