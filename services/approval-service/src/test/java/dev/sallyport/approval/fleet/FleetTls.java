package dev.sallyport.approval.fleet;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** The test fleet's identities as TLS contexts, signers and Kafka settings. */
public final class FleetTls {
    private FleetTls() {}

    /** A context that proves this identity and believes the fleet's CA. */
    public static SSLContext context(String identity) {
        return TlsContexts.of(load(identity));
    }

    /** Signs as this service. */
    public static StatementSigner signer(String identity) {
        var signing = load(identity).signing().orElseThrow();
        return new StatementSigner(signing.key(), List.copyOf(signing.chain()));
    }

    /** What a Kafka client of this service is configured with. */
    public static Map<String, Object> kafka(String identity, String bootstrapServers) {
        try {
            var files = TestFleet.shared().tls(identity);
            Map<String, Object> config = new HashMap<>();
            config.put("bootstrap.servers", bootstrapServers);
            config.put("security.protocol", "SSL");
            config.put("ssl.keystore.type", "PEM");
            config.put("ssl.keystore.certificate.chain", Files.readString(files.certificateChain()));
            config.put("ssl.keystore.key", Files.readString(files.privateKey()));
            config.put("ssl.truststore.type", "PEM");
            config.put("ssl.truststore.certificates", Files.readString(files.authorities()));
            return config;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WorkloadIdentity load(String identity) {
        return IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now());
    }
}
