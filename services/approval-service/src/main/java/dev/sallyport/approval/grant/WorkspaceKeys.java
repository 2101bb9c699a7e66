package dev.sallyport.approval.grant;

import dev.sallyport.statements.json.CanonicalJson;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** The table {@code grant_key}: each workspace's key, under which arguments are compared without being kept. */
@Component
class WorkspaceKeys {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private static final String MAKE =
            "insert into grant_key (workspace_id, key) values (:workspace, :key) on conflict do nothing";

    private static final String FIND = "select key from grant_key where workspace_id = :workspace";

    private final JdbcClient jdbc;
    private final SecureRandom random = new SecureRandom();

    WorkspaceKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The HMAC of this JSON in its canonical form, under the workspace's key; the first one makes the key. */
    byte[] mac(String workspaceId, ObjectNode json) {
        return mac(workspaceId, CanonicalJson.write(json));
    }

    /** The same of JSON that is in its canonical form. */
    byte[] mac(String workspaceId, byte[] canonical) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key(workspaceId), ALGORITHM));
            return mac.doFinal(canonical);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private byte[] key(String workspaceId) {
        return find(workspaceId).orElseGet(() -> {
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            jdbc.sql(MAKE).param("workspace", workspaceId).param("key", key).update();
            return find(workspaceId).orElseThrow();
        });
    }

    private Optional<byte[]> find(String workspaceId) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .query((row, _) -> row.getBytes("key"))
                .optional();
    }
}
