package dev.sallyport.cli.ca;

import dev.sallyport.cli.ca.KubernetesApi.Kind;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetLayout;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A fleet's authorities as Secrets. {@value #ISSUING} holds the issuing authorities together with {@code trust.json}
 * and is made last: where it is, there is a fleet. What authorities are sealed under lies in Secrets of its own, which
 * others may be allowed to read. Workloads get their identities from vault-service, so none is kept
 * here but the owner's device.
 */
final class ClusterFleet {
    static final String ISSUING = "sallyport-issuing";
    static final String ROOT = "sallyport-root";
    static final String PROTECTOR = "sallyport-protector";
    static final String ROOT_PROTECTOR = "sallyport-root-protector";
    static final String LOG_KEY = "sallyport-log-key";
    static final String KEYRING = "sallyport-keyring";
    static final String OWNER = "sallyport-owner";
    static final String TRUST = "sallyport-trust";

    private static final String TRUST_FILE = "trust.json";
    private static final String PROTECTOR_FILE = "issuing.key";
    private static final FleetPlan OWNER_ONLY = new FleetPlan(List.of(FleetPlan.Workload.device("owner")));
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KubernetesApi api;
    private final String namespace;
    private final Clock clock;

    ClusterFleet(KubernetesApi api, String namespace, Clock clock) {
        this.api = api;
        this.namespace = namespace;
        this.clock = clock;
    }

    /** Makes what is missing; answers whether the fleet itself was missing. */
    boolean make() throws IOException {
        Path folder = Files.createTempDirectory("fleet");
        try {
            Optional<JsonNode> kept = api.get(Kind.SECRET, namespace, ISSUING);
            FleetCa ca = kept.isPresent() ? restored(kept.get(), folder) : founded(folder);
            api.put(Kind.SECRET, namespace, OWNER, opaque(owner(ca.layout())));
            create(KEYRING, opaque(Map.of("keyring.key", random())));
            for (String service : FleetPlan.SERVICES) {
                create(service + "-database", password(service));
            }
            if (kept.isEmpty()) {
                Map<String, byte[]> issuing = files(ca.layout().issuing());
                issuing.put(TRUST_FILE, Files.readAllBytes(ca.layout().trust()));
                createAlone(ISSUING, issuing);
            }
            return kept.isEmpty();
        } finally {
            delete(folder);
        }
    }

    /**
     * Puts what everybody pins into the namespace: {@code trust.json}, and {@code ca.crt} for programs that read only
     * PEM.
     */
    void publishTrust(String into) {
        JsonNode issuing = api.get(Kind.SECRET, namespace, ISSUING)
                .orElseThrow(() -> new CommandFailure.Usage("there is no fleet in namespace " + namespace));
        byte[] trust = decoded(issuing, TRUST_FILE);
        List<X509Certificate> roots = TrustRoots.parse(trust).tlsRoots();
        ObjectNode content = Json.mapper().createObjectNode();
        content.putObject("data")
                .put(TRUST_FILE, new String(trust, StandardCharsets.UTF_8))
                .put("ca.crt", new String(Pem.ofCertificates(roots), StandardCharsets.US_ASCII));
        api.put(Kind.CONFIG_MAP, into, TRUST, content);
    }

    private FleetCa founded(Path folder) throws IOException {
        FleetCa ca = FleetCa.init(folder, OWNER_ONLY, clock);
        createAlone(ROOT, files(ca.layout().root()));
        createAlone(
                ROOT_PROTECTOR,
                Map.of("root.key", Files.readAllBytes(ca.layout().rootProtector())));
        createAlone(
                PROTECTOR, Map.of(PROTECTOR_FILE, Files.readAllBytes(ca.layout().issuingProtector())));
        createAlone(LOG_KEY, Map.of("log.key", Files.readAllBytes(ca.layout().logKey())));
        return ca;
    }

    private FleetCa restored(JsonNode issuing, Path folder) throws IOException {
        FleetLayout layout = new FleetLayout(folder);
        OwnerOnly.createDirectory(layout.issuing());
        for (String name : issuing.path("data").propertyNames()) {
            if (name.equals(TRUST_FILE)) {
                OwnerOnly.writePublic(layout.trust(), decoded(issuing, name));
            } else {
                OwnerOnly.write(layout.issuing().resolve(name), decoded(issuing, name));
            }
        }
        JsonNode protector = api.get(Kind.SECRET, namespace, PROTECTOR)
                .orElseThrow(() -> new CommandFailure.Usage("namespace " + namespace + " has no Secret " + PROTECTOR
                        + ", under which " + ISSUING + " is sealed: restore it from its backup"));
        OwnerOnly.createDirectory(layout.protectors());
        OwnerOnly.write(layout.issuingProtector(), decoded(protector, PROTECTOR_FILE));
        FleetCa ca = FleetCa.open(folder, clock);
        ca.issueMissing(OWNER_ONLY);
        return ca;
    }

    /** The owner's identity directory, flat, as a Secret has no folders. */
    private static Map<String, byte[]> owner(FleetLayout layout) throws IOException {
        Path identity = layout.identities().resolve("owner");
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : List.of("tls.key", "tls.crt", "ca.crt")) {
            files.put(name, Files.readAllBytes(identity.resolve("tls").resolve(name)));
        }
        files.put(TRUST_FILE, Files.readAllBytes(layout.trust()));
        return files;
    }

    private void create(String name, ObjectNode content) {
        api.create(Kind.SECRET, namespace, name, content);
    }

    /** Refuses to overwrite half a fleet: it could hold the only copy of a key that is still in use. */
    private void createAlone(String name, Map<String, byte[]> files) {
        if (!api.create(Kind.SECRET, namespace, name, opaque(files))) {
            throw new CommandFailure.Usage("namespace " + namespace + " has a Secret " + name + " but none called "
                    + ISSUING + ": restore that one, or, if no fleet has run here, delete " + ROOT + ", "
                    + ROOT_PROTECTOR + ", " + PROTECTOR + " and " + LOG_KEY);
        }
    }

    private static ObjectNode opaque(Map<String, byte[]> files) {
        ObjectNode content = Json.mapper().createObjectNode();
        ObjectNode data = content.put("type", "Opaque").putObject("data");
        files.forEach((name, bytes) -> data.put(name, Base64.getEncoder().encodeToString(bytes)));
        return content;
    }

    private static ObjectNode password(String service) {
        ObjectNode content = Json.mapper().createObjectNode();
        content.put("type", "kubernetes.io/basic-auth")
                .putObject("stringData")
                .put("username", service.replace('-', '_'))
                .put("password", Base64.getUrlEncoder().withoutPadding().encodeToString(random()));
        return content;
    }

    private static byte[] random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] decoded(JsonNode secret, String name) {
        return Base64.getDecoder().decode(secret.path("data").path(name).asString(""));
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        // A Secret has no folders; what lies in one here is not secret.
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : entries) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
