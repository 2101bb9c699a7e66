package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** The security settings of a Kafka client that holds a PEM identity. */
public final class KafkaClientSecurity {
    private KafkaClientSecurity() {}

    /** Client properties {@code security.protocol} and {@code ssl.*}; the PEM texts themselves, not file names. */
    public static Map<String, Object> of(PemFiles identity) {
        try {
            var properties = new HashMap<String, Object>();
            properties.put("security.protocol", "SSL");
            properties.put("ssl.enabled.protocols", "TLSv1.3");
            properties.put("ssl.keystore.type", "PEM");
            properties.put("ssl.keystore.certificate.chain", Files.readString(identity.certificateChain()));
            properties.put("ssl.keystore.key", Files.readString(identity.privateKey()));
            properties.put("ssl.truststore.type", "PEM");
            properties.put("ssl.truststore.certificates", Files.readString(identity.authorities()));
            return properties;
        } catch (IOException e) {
            throw new BackendException(BackendException.Code.FILES, "A Kafka client's identity cannot be read", e);
        }
    }
}
