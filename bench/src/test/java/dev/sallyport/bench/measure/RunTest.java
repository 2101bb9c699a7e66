package dev.sallyport.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunTest {
    /** A benchmark in a process of its own, broken off. */
    static final class BrokenOff {
        private BrokenOff() {}

        public static void main(String... arguments) throws Exception {
            System.out.println(
                    Run.start(new ProcessBuilder("/bin/sleep", "3600")).pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void whatABrokenOffRunHasStartedEndsWithIt() throws Exception {
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokenOff.class.getName())
                .start();
        long started = Long.parseLong(run.inputReader().readLine());
        assertThat(ProcessHandle.of(started)).isPresent();

        run.destroy();

        assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(ProcessHandle.of(started)).isEmpty();
    }
}
