package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedForceTest {
    private static final int THREADS = 20;

    /** The disk, which tells when it is asked and answers when it is let. */
    private static final class Disk {
        private final AtomicInteger forces = new AtomicInteger();
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch let = new CountDownLatch(1);
        private volatile boolean broken;

        Platform platform() {
            return (Platform) Proxy.newProxyInstance(
                    Platform.class.getClassLoader(), new Class<?>[] {Platform.class}, (_, method, _) -> {
                        assertThat(method.getName()).isEqualTo("force");
                        forces.incrementAndGet();
                        asked.countDown();
                        let.await();
                        if (broken) {
                            throw new IOException("no");
                        }
                        return null;
                    });
        }
    }

    @Test
    void thoseThatComeWhileTheDiskIsBusyAreBroughtTogether() throws Exception {
        Disk disk = new Disk();
        SharedForce names = new SharedForce(disk.platform(), Path.of("."));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> force(names)));
            disk.asked.await();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> force(names)));
            }
            await().until(() -> names.asked() == THREADS + 1);
            disk.let.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(disk.forces).hasValue(2);
    }

    @Test
    void whatTheDiskRefusesIsRefusedToEach() {
        Disk disk = new Disk();
        disk.broken = true;
        disk.let.countDown();
        SharedForce names = new SharedForce(disk.platform(), Path.of("."));
        assertThatThrownBy(names::force).isInstanceOf(IOException.class);
        assertThatThrownBy(names::force).isInstanceOf(IOException.class);
        disk.broken = false;
        assertThat(disk.forces).hasValue(2);
    }

    private static boolean force(SharedForce names) throws IOException {
        names.force();
        return true;
    }
}
