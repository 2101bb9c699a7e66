package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The transit engine of OpenBao and HashiCorp Vault over HTTP: {@code POST /v1/transit/encrypt/KEY} and
 * {@code …/decrypt/KEY} with {@code associated_data}, so that the key must be of an authenticated kind
 * ({@code aes256-gcm96}). A token in a file says who we are; it is read for each request, so that it can be replaced.
 */
final class TransitKeyService implements KeyService {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 64 * 1024;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;
    private final String key;
    private final Path tokenFile;
    private final HttpClient client;

    /**
     * @param base for example {@code https://openbao.example:8200}; plain HTTP only to this machine
     * @param key name of the transit key
     * @param tokenFile a file for its owner with the token
     * @param client with the roots that the service's certificate must chain to
     */
    public TransitKeyService(URI base, String key, Path tokenFile, HttpClient client) {
        boolean local = "localhost".equals(base.getHost()) || "127.0.0.1".equals(base.getHost());
        if (!"https".equals(base.getScheme()) && !local) {
            throw new FleetState("a key service is asked over https, or on this machine; not at " + base);
        }
        if (!NAME.matcher(key).matches()) {
            throw new FleetState("not the name of a transit key: " + key);
        }
        this.base = base;
        this.key = key;
        this.tokenFile = tokenFile;
        this.client = client;
    }

    @Override
    public KeyProtector.Availability state() {
        try {
            Answer answer = ask("GET", "/v1/sys/seal-status", null);
            if (answer.status() != 200) {
                return new KeyProtector.Availability.Absent(base + " answered " + answer.status());
            }
            return answer.body().path("sealed").asBoolean(true)
                    ? new KeyProtector.Availability.Locked("the key service at " + base + " is sealed. Unseal it")
                    : new KeyProtector.Availability.Available();
        } catch (FleetState e) {
            return new KeyProtector.Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public byte[] encrypt(byte[] plain, byte[] context) {
        Answer answer = ask(
                "POST",
                "/v1/transit/encrypt/" + key,
                Map.of("plaintext", text(plain), "associated_data", text(context)));
        String encrypted = answer.body().path("data").path("ciphertext").asString("");
        if (answer.status() != 200 || encrypted.isEmpty()) {
            throw refused(answer);
        }
        return encrypted.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] decrypt(byte[] encrypted, byte[] context) {
        Answer answer = ask(
                "POST",
                "/v1/transit/decrypt/" + key,
                Map.of(
                        "ciphertext",
                        new String(encrypted, StandardCharsets.US_ASCII),
                        "associated_data",
                        text(context)));
        if (answer.status() == 400) {
            throw new SealBroken("the key service says that it has not encrypted this, or for another purpose");
        }
        if (answer.status() != 200) {
            throw refused(answer);
        }
        try {
            return Base64.getDecoder()
                    .decode(answer.body().path("data").path("plaintext").asString("?"));
        } catch (IllegalArgumentException e) {
            throw refused(answer);
        }
    }

    private record Answer(int status, JsonNode body) {}

    private Answer ask(String method, String path, @Nullable Map<String, String> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("X-Vault-Token", token())
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        }
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] bytes = in.readNBytes(LARGEST_ANSWER);
                return new Answer(
                        response.statusCode(), bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes));
            }
        } catch (IOException | JacksonException e) {
            throw new FleetState("the key service at " + base + " does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetState("interrupted while the key service at " + base + " was asked");
        }
    }

    /** The answer itself is not shown: it may hold what was asked for. */
    private FleetState refused(Answer answer) {
        return new FleetState("the key service at " + base + " answered " + answer.status() + " for the key '" + key
                + "'. Look at its log, and whether the token may encrypt and decrypt with that key");
    }

    private String token() {
        return new String(OwnerOnly.read(tokenFile, 4096), StandardCharsets.US_ASCII).strip();
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
