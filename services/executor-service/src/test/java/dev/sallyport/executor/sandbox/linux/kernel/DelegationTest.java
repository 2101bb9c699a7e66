package dev.sallyport.executor.sandbox.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * By the kernel's own tree of version 2 where this process may make groups in it: with whatever controller it has there,
 * since on a host of both versions memory is in version 1.
 */
class DelegationTest {
    private final Path delegated;
    private final Set<String> wanted;
    private Process process;

    DelegationTest() throws IOException {
        Path tree = Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(each -> Files.exists(each.resolve("cgroup.controllers")))
                .findFirst()
                .orElse(Path.of("/nonexistent"));
        String name = "sallyport-delegation-" + ProcessHandle.current().pid();
        boolean mayTry = Files.isWritable(tree) && Files.isWritable(tree.resolve("cgroup.subtree_control"));
        delegated = mayTry ? tree.resolve(name) : Path.of("/nonexistent", name);
        List<String> controllers = mayTry
                ? List.of(Files.readString(tree.resolve("cgroup.controllers"))
                        .strip()
                        .split(" ", -1))
                : List.of("memory");
        wanted = Set.of(controllers.contains("memory") ? "memory" : controllers.getFirst());
        if (mayTry) {
            Files.writeString(
                    tree.resolve("cgroup.subtree_control"),
                    "+" + wanted.iterator().next());
            Files.createDirectory(delegated);
        }
    }

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void stop() throws Exception {
        process.destroyForcibly().waitFor();
        for (String each : List.of("sallyport-node", "node", "call", "")) {
            Files.deleteIfExists(delegated.resolve(each));
        }
    }

    private String pid() {
        return Long.toString(process.pid());
    }

    private void isIn(String group) throws IOException {
        Files.writeString(delegated.resolve(group).resolve("cgroup.procs"), pid());
    }

    private List<String> members(String group) throws IOException {
        return Files.readAllLines(delegated.resolve(group).resolve("cgroup.procs"));
    }

    /** Where nothing is delegated, nothing is changed. */
    private boolean nothingIsDelegated() {
        if (Files.exists(delegated)) {
            return false;
        }
        assertThat(Delegation.room(delegated, process.pid(), wanted)).isEqualTo(delegated);
        return true;
    }

    @Test
    void processThatIsAloneMovesIntoALeafAndChildrenHaveTheController() throws Exception {
        if (nothingIsDelegated()) {
            return;
        }
        isIn("");

        assertThat(Delegation.room(delegated, process.pid(), wanted)).isEqualTo(delegated);

        assertThat(members("sallyport-node")).containsExactly(pid());
        assertThat(members("")).isEmpty();
        assertThat(Files.readString(delegated.resolve("cgroup.subtree_control")).strip())
                .isEqualTo(wanted.iterator().next());
        assertThat(Delegation.room(delegated.resolve("sallyport-node"), process.pid(), wanted))
                .as("later")
                .isEqualTo(delegated);
        Path call = Files.createDirectory(delegated.resolve("call"));
        assertThat(Files.readString(call.resolve("cgroup.controllers")).strip())
                .isEqualTo(wanted.iterator().next());
    }

    @Test
    void processThatWasPutIntoALeafStaysThere() throws Exception {
        if (nothingIsDelegated()) {
            return;
        }
        Path leaf = Files.createDirectory(delegated.resolve("node"));
        isIn("node");
        Files.setAttribute(delegated, "user:delegate", ByteBuffer.wrap(new byte[] {'1'}));

        assertThat(Delegation.room(leaf, process.pid(), wanted)).isEqualTo(delegated);

        assertThat(members("node")).containsExactly(pid());
        assertThat(Files.readString(delegated.resolve("cgroup.subtree_control")).strip())
                .isEqualTo(wanted.iterator().next());
    }

    /** Root may write to every group, also to those that somebody else manages. */
    @Test
    void groupAboveThatIsNotMarkedAsDelegatedIsLeftAsItIsByRoot() throws Exception {
        if (nothingIsDelegated()) {
            return;
        }
        Path leaf = Files.createDirectory(delegated.resolve("node"));
        isIn("node");
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);

        Path room = Delegation.room(leaf, process.pid(), wanted);

        String given = Files.readString(delegated.resolve("cgroup.subtree_control"));
        if (root) {
            assertThat(room).isNotEqualTo(delegated);
            assertThat(given).isBlank();
        } else {
            assertThat(room).isEqualTo(delegated);
            assertThat(given).isNotBlank();
        }
    }

    /** Others' processes are not moved: the group is not this node's alone. */
    @Test
    void groupThatOthersAreInIsLeftAsItIs() throws Exception {
        if (nothingIsDelegated()) {
            return;
        }
        isIn("");
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(delegated.resolve("cgroup.procs"), Long.toString(other.pid()));

            assertThat(Delegation.room(delegated, process.pid(), wanted)).isEqualTo(delegated);

            assertThat(members("")).hasSize(2);
            assertThat(delegated.resolve("sallyport-node")).doesNotExist();
            assertThat(Files.readString(delegated.resolve("cgroup.subtree_control")))
                    .isBlank();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
