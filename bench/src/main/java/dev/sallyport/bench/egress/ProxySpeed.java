package dev.sallyport.bench.egress;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.executor.egress.CallProxy;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What a call's proxy costs on the way to a permitted host: bytes by TLS through its tunnel, and a small request with all
 * that comes before it, each against the same without the proxy. The bridge inside a sandbox is not part of it.
 */
public final class ProxySpeed implements Benchmark {
    private static final double MILLIS = 1e6;
    private static final double SECOND = 1e9;
    private static final double MEBIBYTE = 1 << 20;
    private static final int SMALL = 512;

    @Override
    public String name() {
        return "proxy";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path folder = Files.createTempDirectory("sp-bench");
        EgressTerms terms = new EgressTerms(List.of(), 1 << 20, 64, Long.MAX_VALUE / 2, Duration.ofSeconds(30));
        try (BenchWeb web = new BenchWeb()) {
            Gateway gateway = new Gateway(terms, web, _ -> false, folder, null, Clock.systemUTC());
            try (CallProxy proxy =
                    gateway.proxy(new Egress(EgressEnforcementMode.STRICT, List.of(BenchWeb.HOST)), CallSecrets.NONE)) {
                Path door = proxy.plan().socket();
                long bytes = (long) run.times(256, 2) << 20;
                int times = run.times(400, 5);
                rate(web, null, bytes);
                rate(web, door, bytes);
                double rateBefore = rate(web, null, bytes);
                double rate = rate(web, door, bytes);
                double rateAgain = rate(web, null, bytes);
                p50(web, null, times);
                p50(web, door, times);
                double before = p50(web, null, times);
                double small = p50(web, door, times);
                double again = p50(web, null, times);
                return List.of(
                        Row.judged(
                                "proxy, bytes of one tunnel",
                                rate,
                                "MiB/s",
                                new Floor(rateBefore, rateAgain),
                                rate / ((rateBefore + rateAgain) / 2),
                                Bar.atLeast(0.5)),
                        Row.judged(
                                "proxy, a small request p50 (ratio: ms added)",
                                small,
                                "ms",
                                new Floor(before, again),
                                small - (before + again) / 2,
                                Bar.atMost(3)));
            }
        } finally {
            try (var left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(folder);
        }
    }

    private static double rate(BenchWeb web, @Nullable Path door, long bytes) throws IOException {
        long began = System.nanoTime();
        fetch(web, door, bytes);
        return bytes / MEBIBYTE / ((System.nanoTime() - began) / SECOND);
    }

    private static double p50(BenchWeb web, @Nullable Path door, int times) throws IOException {
        double[] millis = new double[times];
        for (int at = 0; at < times; at++) {
            long began = System.nanoTime();
            fetch(web, door, SMALL);
            millis[at] = (System.nanoTime() - began) / MILLIS;
        }
        Arrays.sort(millis);
        return millis[times / 2];
    }

    /** One connection, TLS, and one request of that many bytes. */
    private static void fetch(BenchWeb web, @Nullable Path door, long bytes) throws IOException {
        try (Socket plain = door == null ? new Socket(InetAddress.getLoopbackAddress(), web.port()) : tunnel(door)) {
            SSLSocket socket = (SSLSocket) web.trust().getSocketFactory().createSocket(plain, BenchWeb.HOST, 443, true);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /" + bytes + " HTTP/1.1\r\nHost: " + BenchWeb.HOST + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16 << 10];
            long left = bytes;
            while (left > 0) {
                int count = in.read(buffer);
                if (count < 0) {
                    throw new EOFException("the server has closed the connection");
                }
                left -= count;
            }
        }
    }

    private static Socket tunnel(Path door) throws IOException {
        UnixSocket socket = new UnixSocket(door);
        socket.getOutputStream()
                .write(("CONNECT " + BenchWeb.HOST + ":443 HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        int ends = 0;
        while (ends < 4) {
            int each = socket.getInputStream().read();
            if (each < 0) {
                throw new EOFException("the proxy has closed the connection");
            }
            ends = each == "\r\n\r\n".charAt(ends) ? ends + 1 : each == '\r' ? 1 : 0;
        }
        return socket;
    }
}
