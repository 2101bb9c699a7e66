package dev.sallyport.attestation;

import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The service running on real backends, with what a test needs to talk to it. */
final class RunningLedger implements AutoCloseable {
    final Map<String, String> properties;
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext context;

    RunningLedger(Map<String, String> properties) {
        this.properties = properties;
        EmptyDenylist.leaveIn(stateDir(), TestFleet.shared().identity("vault-service"));
        this.context = run();
    }

    static RunningLedger start() {
        return new RunningLedger(new HashMap<>(TestFleet.shared().properties("attestation-service")));
    }

    /** A second replica on the same database and topics, with a folder of its own. */
    RunningLedger replica(Map<String, String> more) {
        Map<String, String> other = new HashMap<>(properties);
        other.putAll(more);
        return new RunningLedger(other);
    }

    private ConfigurableApplicationContext run() {
        SpringApplication application = new SpringApplication(AttestationService.class, TestCallers.class);
        return application.run(properties.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new));
    }

    void restart() {
        stop();
        context = run();
    }

    void stop() {
        context.close();
    }

    String property(String name) {
        return Objects.requireNonNull(properties.get(name));
    }

    Path stateDir() {
        return Path.of(property("sallyport.state.dir"));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    String topic(String name) {
        return property("sallyport.kafka.topic-prefix") + name;
    }

    /** Sends records as the service of that name. */
    Sender sender(String service) {
        return new Sender(service);
    }

    HttpResponse<byte[]> get(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://localhost:" + bean(TwoConnectors.class).publicPort() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Over the internal connector with the service's own certificate: a POST of the body, a GET without one. */
    HttpResponse<byte[]> internally(String path, String body) {
        int port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(bean(SslBundles.class).getBundle("sallyport").createSslContext())
                .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String text(String path, String token) {
        HttpResponse<byte[]> response = get(path, token);
        String body = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + body);
        }
        return body;
    }

    @Override
    public void close() {
        context.close();
    }

    /** A Kafka producer with a service's certificate. */
    final class Sender implements AutoCloseable {
        private final KafkaProducer<String, byte[]> producer;

        private Sender(String service) {
            Map<String, Object> config =
                    new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls(service)));
            config.put("bootstrap.servers", properties.get("spring.kafka.bootstrap-servers"));
            config.put("max.request.size", 2 * 1024 * 1024);
            producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        }

        RecordMetadata send(String topic, String key, byte[] value) {
            try {
                return producer.send(new ProducerRecord<>(topic(topic), key, value))
                        .get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }
}
