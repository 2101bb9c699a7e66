package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.linux.Canaries.Canary;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A canary that must be stopped shows something only if it gets through where nothing holds it. */
class CanariesTest {
    @Test
    void everyForbiddenTrickWorksWithoutASandbox() throws Exception {
        try (SandboxBench bench = new SandboxBench(false);
                ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path secret = Files.writeString(bench.base.resolve("secret"), "x");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
            Path open = Files.createDirectory(bench.base.resolve("open"));
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

            List<Canary> forbidden = Canaries.all(secret, open, listening.getLocalPort()).stream()
                    .filter(canary -> canary.end() == Canaries.End.STOPPED)
                    .toList();
            assertThat(forbidden).hasSizeGreaterThan(6);
            for (Canary canary : forbidden) {
                assertThat(outside(bench, canary)).as(canary.promise()).isZero();
            }
        }
    }

    /** As the tools' user, from a process of that user: the node's place. */
    private static int outside(SandboxBench bench, Canary canary) throws Exception {
        ToolUser user = bench.user;
        List<String> command = new ArrayList<>();
        if (user != null) {
            command.addAll(List.of(
                    "/usr/bin/setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups", "--"));
        }
        command.addAll(List.of("/bin/sh", "-c", "\"$@\"; exit $?", "sh"));
        command.add(bench.host.programs().canary().toString());
        // Outside, pid 1 is the host's own and another user's.
        canary.trick().forEach(word -> command.add(word.replace("/proc/1/root", "/proc/self/root")));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
