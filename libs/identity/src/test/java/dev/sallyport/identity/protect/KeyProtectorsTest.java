package dev.sallyport.identity.protect;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.KeyProtector.Availability;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Protectors that need nothing of the machine, and the tables of those that need another one. */
class KeyProtectorsTest {
    private static final byte[] KEY = ProtectorProcess.KEY;
    private static final byte[] CONTEXT = ProtectorProcess.CONTEXT;

    @TempDir
    private Path temp;

    /** What every protector promises. */
    private static void contract(KeyProtector protector, KeyProtector other) {
        byte[] wrapped = protector.wrap(KEY, CONTEXT);
        assertThat(protector.probe()).isEqualTo(new Availability.Available());
        assertThat(protector.unwrap(wrapped, CONTEXT)).isEqualTo(KEY);
        assertThat(new String(wrapped, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(KEY, StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> protector.unwrap(wrapped, new byte[] {7})).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> other.unwrap(wrapped, CONTEXT)).isInstanceOf(SealBroken.class);
        byte[] changed = wrapped.clone();
        changed[changed.length - 3] ^= 1;
        assertThatThrownBy(() -> protector.unwrap(changed, CONTEXT)).isInstanceOf(SealBroken.class);
    }

    @Test
    void aMountedKeyIsUsedAsItIsAndNotByEverybody() throws IOException {
        Path raw = mounted("raw", AesGcm.randomKey(), "r--r-----");
        Path text = mounted(
                "text",
                (Base64.getEncoder().encodeToString(AesGcm.randomKey()) + "\n").getBytes(StandardCharsets.US_ASCII),
                "r--------");
        contract(KeyProtectors.open("mounted:" + raw, "f", false), KeyProtectors.open("mounted:" + text, "f", false));
        // A link is how Kubernetes puts a secret there.
        Path link = Files.createSymbolicLink(temp.resolve("link"), raw);
        assertThat(KeyProtectors.open("mounted:" + link, "f", false)
                        .unwrap(KeyProtectors.open("mounted:" + raw, "f", false).wrap(KEY, CONTEXT), CONTEXT))
                .isEqualTo(KEY);
        for (Path wrong : List.of(
                mounted("open", AesGcm.randomKey(), "rw-r--r--"),
                mounted("short", new byte[31], "r--------"),
                mounted("words", "not a key at all".getBytes(StandardCharsets.US_ASCII), "r--------"),
                temp.resolve("missing"))) {
            assertThatThrownBy(() -> KeyProtectors.open("mounted:" + wrong, "f", true))
                    .isInstanceOf(FleetState.class)
                    .hasMessageContaining("'mounted' cannot be used");
            assertThat(temp.resolve("missing")).doesNotExist();
        }
    }

    @Test
    void aKeyOfTheEnvironmentIsReadFromItsVariableOnly() {
        String key = Base64.getEncoder().encodeToString(AesGcm.randomKey());
        String another = Base64.getEncoder().encodeToString(AesGcm.randomKey());
        Map<String, String> environment = Map.of("KEY", key, "OTHER", another, "EMPTY", " ", "WRONG", "x");
        contract(
                GivenKeyProtector.environment("KEY", environment), GivenKeyProtector.environment("OTHER", environment));
        for (String variable : List.of("EMPTY", "WRONG", "NONE")) {
            assertThat(GivenKeyProtector.environment(variable, environment).probe())
                    .as(variable)
                    .isInstanceOf(Availability.Absent.class);
        }
        assertThatThrownBy(() -> KeyProtectors.open("environment:SALLYPORT_NO_SUCH_VARIABLE", "f", true))
                .isInstanceOf(FleetState.class);
    }

    @Test
    void whatIsNamedIsUsedOrRefusedAndNothingTakesItsPlace() {
        Path file = temp.resolve("root.key");
        assertThatThrownBy(() -> KeyProtectors.open("file:" + file, "f", false)).isInstanceOf(IdentityException.class);
        assertThat(KeyProtectors.open("file:" + file, "f", true).id()).isEqualTo("file");
        assertThat(KeyProtectors.open(file.toString(), "f", false).id()).isEqualTo("file");
        for (String wrong : List.of(
                "nothing:else", "plain", "file:relative.key", "secret-service:", "keychain:", "kms:/nowhere", "")) {
            assertThatThrownBy(() -> KeyProtectors.open(wrong, "f", true))
                    .as(wrong)
                    .isInstanceOf(FleetState.class);
        }
        if (!OS.WINDOWS.isCurrentOs()) {
            assertThatThrownBy(() -> KeyProtectors.open("dpapi:", "f", true)).hasMessageContaining("Windows");
        }
        if (!OS.MAC.isCurrentOs()) {
            assertThatThrownBy(() -> KeyProtectors.open("keychain:ring", "f", true))
                    .hasMessageContaining("macOS");
        }
    }

    @Test
    void aLockedProtectorIsRefusedWithItsReason() {
        KeyProtector locked = new KmsKeyProtector(new KeyService() {
            @Override
            public byte[] encrypt(byte[] plain, byte[] context) {
                throw new AssertionError("used although locked");
            }

            @Override
            public byte[] decrypt(byte[] encrypted, byte[] context) {
                throw new AssertionError("used although locked");
            }

            @Override
            public Availability state() {
                return new Availability.Locked("ask Ada");
            }
        });
        assertThatThrownBy(locked::orRefuse).isInstanceOf(FleetState.class).hasMessageContaining("locked: ask Ada");
    }

    @Test
    void aKeyServiceWrapsOverHttpAndItsRefusalsAreTold() throws Exception {
        Path token = mounted("token", "s.right\n".getBytes(StandardCharsets.US_ASCII), "rw-------");
        Path wrongToken = mounted("wrong-token", "s.wrong".getBytes(StandardCharsets.US_ASCII), "rw-------");
        try (StandInTransit transit = new StandInTransit("s.right");
                HttpClient client = HttpClient.newHttpClient()) {
            KeyProtector right = kms(transit.url(), "ring", token, client);
            contract(right, kms(transit.url(), "other", token, client));
            assertThat(KeyProtectors.open("kms:" + properties(transit.url(), token), "f", false)
                            .id())
                    .isEqualTo("kms");
            KeyProtector denied = kms(transit.url(), "ring", wrongToken, client);
            assertThat(denied.probe())
                    .isInstanceOfSatisfying(
                            Availability.Absent.class,
                            absent -> assertThat(absent.reason()).contains("answered 403"));
            assertThatThrownBy(() -> denied.wrap(KEY, CONTEXT)).isInstanceOf(FleetState.class);
            transit.sealed = true;
            assertThat(right.probe()).isInstanceOf(Availability.Locked.class);
            assertThatThrownBy(right::orRefuse).hasMessageContaining("is locked");
            transit.sealed = false;
            transit.garbage = true;
            assertThat(right.probe()).isInstanceOf(Availability.Absent.class);
            assertThatThrownBy(() -> right.wrap(KEY, CONTEXT)).isInstanceOf(FleetState.class);
            transit.garbage = false;
            assertThat(right.probe()).isEqualTo(new Availability.Available());
            byte[] wrapped = right.wrap(KEY, CONTEXT);
            URI gone = transit.url();
            transit.stop();
            assertThat(kms(gone, "ring", token, client).probe()).isInstanceOf(Availability.Absent.class);
            // What cannot be asked is no broken seal.
            assertThatThrownBy(() -> right.unwrap(wrapped, CONTEXT)).isInstanceOf(FleetState.class);
            assertThatThrownBy(() -> kms(URI.create("http://kms.example"), "ring", token, client))
                    .hasMessageContaining("https");
            assertThatThrownBy(() -> kms(gone, "../sys", token, client)).hasMessageContaining("transit key");
        }
    }

    private static KeyProtector kms(URI url, String key, Path token, HttpClient client) {
        return new KmsKeyProtector(new TransitKeyService(url, key, token, client));
    }

    private Path properties(URI url, Path token) throws IOException {
        return Files.writeString(
                temp.resolve("kms.properties"), "url = " + url + "\nkey = ring\ntoken-file = " + token);
    }

    /** A stand-in that speaks the transit API and really encrypts. */
    private static final class StandInTransit implements AutoCloseable {
        private static final JsonMapper JSON = JsonMapper.builder().build();
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final Map<String, byte[]> keys = Map.of("ring", AesGcm.randomKey(), "other", AesGcm.randomKey());
        private final String token;
        private volatile boolean sealed;
        private volatile boolean garbage;

        StandInTransit(String token) throws IOException {
            this.token = token;
            server.createContext("/v1/", this::answer);
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        private void answer(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (garbage) {
                send(exchange, 200, "<html>");
            } else if (path.equals("/v1/sys/seal-status")) {
                send(exchange, 200, "{\"sealed\":" + sealed + "}");
            } else if (!token.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
                send(exchange, 403, "{\"errors\":[\"permission denied\"]}");
            } else {
                JsonNode asked = JSON.readTree(body);
                byte[] key = keys.getOrDefault(path.substring(path.lastIndexOf('/') + 1), new byte[32]);
                byte[] context =
                        Base64.getDecoder().decode(asked.path("associated_data").asString());
                if (path.contains("/encrypt/")) {
                    byte[] plain =
                            Base64.getDecoder().decode(asked.path("plaintext").asString());
                    send(
                            exchange,
                            200,
                            "{\"data\":{\"ciphertext\":\"vault:v1:"
                                    + Base64.getEncoder().encodeToString(AesGcm.seal(key, plain, context)) + "\"}}");
                } else {
                    decrypt(exchange, asked.path("ciphertext").asString(), key, context);
                }
            }
        }

        private static void decrypt(HttpExchange exchange, String encrypted, byte[] key, byte[] context)
                throws IOException {
            try {
                byte[] plain = AesGcm.open(
                        key, Base64.getDecoder().decode(encrypted.substring("vault:v1:".length())), context);
                send(
                        exchange,
                        200,
                        "{\"data\":{\"plaintext\":\"" + Base64.getEncoder().encodeToString(plain) + "\"}}");
            } catch (IllegalArgumentException | SealBroken _) {
                send(exchange, 400, "{\"errors\":[\"cipher: message authentication failed\"]}");
            }
        }

        private static void send(HttpExchange exchange, int status, String json) throws IOException {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        void stop() {
            server.stop(0);
        }

        @Override
        public void close() {
            stop();
        }
    }

    /** dpapi.h and wincrypt.h: a DWORD is 32 bits, a BOOL an int, and DATA_BLOB is padded to 16 bytes on 64 bits. */
    @Test
    @SuppressWarnings("restricted")
    void theTableOfDpapiIsThatOfItsHeader() {
        assertThat(DpapiKeyProtector.BLOB.byteSize()).isEqualTo(16);
        assertThat(DpapiKeyProtector.PROTECT.type())
                .isEqualTo(FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
        assertThat(DpapiKeyProtector.UNPROTECT.name()).isEqualTo("CryptUnprotectData");
        assertThat(DpapiKeyProtector.UI_FORBIDDEN).isEqualTo(0x1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blob = DpapiKeyProtector.blob(arena, KEY);
            assertThat(blob.get(JAVA_INT, 0)).isEqualTo(KEY.length);
            assertThat(blob.get(ADDRESS, 8).reinterpret(KEY.length).toArray(JAVA_BYTE))
                    .isEqualTo(KEY);
        }
    }

    /** SecItem.h and CoreFoundation: an OSStatus is 32 bits, a CFIndex a long, a CFStringEncoding 32 bits. */
    @Test
    void theTableOfTheKeychainIsThatOfItsHeaders() {
        assertThat(KeychainKeyProtector.CALLS.keySet())
                .containsExactlyInAnyOrder(
                        "SecItemAdd",
                        "SecItemCopyMatching",
                        "SecItemDelete",
                        "CFStringCreateWithCString",
                        "CFDataCreate",
                        "CFDataGetLength",
                        "CFDataGetBytePtr",
                        "CFDictionaryCreate",
                        "CFRelease");
        assertThat(type("SecItemCopyMatching")).isEqualTo(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        assertThat(type("CFDataCreate")).isEqualTo(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        assertThat(type("CFDictionaryCreate"))
                .isEqualTo(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
        assertThat(type("CFStringCreateWithCString"))
                .isEqualTo(FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
        assertThat(KeychainKeyProtector.CONSTANTS).doesNotHaveDuplicates().hasSize(12);
    }

    private static FunctionDescriptor type(String name) {
        return Objects.requireNonNull(KeychainKeyProtector.CALLS.get(name)).type();
    }

    /** On macOS the real keychain; there is none of it elsewhere. */
    @TestFactory
    @Tag("macos")
    Stream<DynamicTest> theKeychainKeepsAKey() {
        return !OS.MAC.isCurrentOs()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(
                        "keychain",
                        () -> contract(
                                KeychainKeyProtector.open("sallyport-test", "ring", true),
                                KeychainKeyProtector.open("sallyport-test", "other", true))));
    }

    /** On Windows the real DPAPI; there is none of it elsewhere. */
    @TestFactory
    @Tag("windows")
    Stream<DynamicTest> dpapiWrapsForThisUser() {
        return !OS.WINDOWS.isCurrentOs()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(
                        "dpapi",
                        () -> contract(
                                DpapiKeyProtector.open(), FileKeyProtector.openOrCreate(temp.resolve("other.key")))));
    }

    private Path mounted(String name, byte[] content, String mode) throws IOException {
        Path file = Files.write(temp.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }
}
