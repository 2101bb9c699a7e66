package dev.sallyport.e2e.observability;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads metrics as Prometheus does: with its certificate, over the internal connectors. */
final class MetricsReader {
    private final Fleet fleet;
    private final HttpClient http;

    /** As the holder of that identity of the fleet. */
    MetricsReader(Fleet fleet, String identity) {
        this.fleet = fleet;
        Path folder = fleet.home().resolve("identities").resolve(identity);
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.of(IdentityDirectory.load(folder, Instant.now())))
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    /** Where each process shows its metrics. */
    List<String> urls() {
        List<String> urls = new ArrayList<>(Fleet.SERVICES.stream()
                .map(fleet::internalUrl)
                .map(url -> url + "/actuator/prometheus")
                .toList());
        urls.add("https://localhost:" + nodePort() + "/actuator/prometheus");
        return urls;
    }

    /** On one machine the node takes a free port, and its log names it. */
    private int nodePort() {
        String log = Fleet.read(fleet.home().resolve("logs").resolve("node-default-node-1.log"));
        Matcher started =
                Pattern.compile("Tomcat started on ports (\\d+) \\(https\\)").matcher(log);
        int port = 0;
        while (started.find()) {
            port = Integer.parseInt(started.group(1));
        }
        if (port == 0) {
            throw new AssertionError("the node's log names no port:\n" + log);
        }
        return port;
    }

    /** Everything that the processes show now. */
    Scrape all() {
        Scrape scrape = new Scrape();
        for (String url : urls()) {
            HttpResponse<String> answer = get(url);
            if (answer.statusCode() != 200) {
                throw new AssertionError(url + ": " + answer.statusCode() + " " + answer.body());
            }
            scrape.add(answer.body());
        }
        return scrape;
    }

    HttpResponse<String> get(String url) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofMinutes(1))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
