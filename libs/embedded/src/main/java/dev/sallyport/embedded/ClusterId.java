package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;

/** A cluster's id: random, 22 characters of base64url, kept beside the data, since a broker refuses another cluster's. */
final class ClusterId {
    private ClusterId() {}

    static String keptIn(Path home, OsUser user) throws IOException {
        Path file = home.resolve("cluster-id");
        if (!Files.exists(file)) {
            UUID random = UUID.randomUUID();
            byte[] bytes = ByteBuffer.allocate(16)
                    .putLong(random.getMostSignificantBits())
                    .putLong(random.getLeastSignificantBits())
                    .array();
            String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            PrivateFiles.write(file, id.getBytes(StandardCharsets.US_ASCII), user);
        }
        return Files.readString(file).strip();
    }
}
