package dev.sallyport.executor.sandbox.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.CapturedStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutputCaptureTest {
    @Test
    void headTailCountAndDigestFitTheBytesWhateverTheChunks() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] all = new byte[random.nextInt(400)];
            random.nextBytes(all);
            int head = random.nextInt(60);
            int tail = 1 + random.nextInt(60);
            OutputCapture capture = new OutputCapture(head, tail);
            for (int at = 0; at < all.length; ) {
                int count = Math.min(all.length - at, 1 + random.nextInt(150));
                capture.add(all, at, count);
                at += count;
            }
            CapturedStream captured = capture.captured();

            String about = "seed " + seed + ", round " + round;
            int headLength = Math.min(head, all.length);
            int tailLength = Math.min(tail, all.length - headLength);
            assertThat(captured.totalBytes()).as(about).isEqualTo(all.length);
            assertThat(captured.head()).as(about).isEqualTo(Arrays.copyOf(all, headLength));
            assertThat(captured.tail())
                    .as(about)
                    .isEqualTo(Arrays.copyOfRange(all, all.length - tailLength, all.length));
            assertThat(captured.truncated()).as(about).isEqualTo(all.length > head + tail);
            assertThat(captured.sha256())
                    .as(about)
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(all)));
        }
    }

    @Test
    void heldPipeDoesNotHoldTheReaderBeyondItsPatience() throws Exception {
        // No sandbox here on purpose: inside one the holder would die with its pid namespace.
        Process process = new ProcessBuilder("/bin/sh", "-c", "read x; echo out; sleep 20 & echo $!").start();
        CallOutput output =
                new CallOutput(process.getInputStream(), process.getErrorStream(), process.getOutputStream());
        output.give(null);
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();

        long start = System.nanoTime();
        output.drained(Duration.ofMillis(300));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        String out = new String(output.stdout().kept(), StandardCharsets.UTF_8);
        assertThat(out).startsWith("out\n");
        ProcessHandle holder =
                ProcessHandle.of(Long.parseLong(out.split("\n", -1)[1])).orElseThrow();
        assertThat(holder.isAlive()).as("control: the pipe is still held").isTrue();
        holder.destroyForcibly();
    }
}
