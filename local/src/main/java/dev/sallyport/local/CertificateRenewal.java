package dev.sallyport.local;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs the renewal periodically. A failed renewal is reported and tried again at the next turn. */
final class CertificateRenewal implements AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificate-renewal").factory());

    private CertificateRenewal() {}

    static CertificateRenewal every(Duration period, Runnable renewal) {
        var started = new CertificateRenewal();
        var _ = started.thread.scheduleWithFixedDelay(
                () -> attempt(renewal), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return started;
    }

    private static void attempt(Runnable renewal) {
        try {
            renewal.run();
        } catch (RuntimeException e) {
            System.err.println("sallyport: certificates were not renewed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
