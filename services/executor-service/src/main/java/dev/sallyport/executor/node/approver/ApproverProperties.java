package dev.sallyport.executor.node.approver;

import dev.sallyport.executor.permit.PinnedApprovers;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code sallyport.node.approvers.*}: what this node runs only where one of these people has signed the approval with
 * their own key.
 *
 * @param capabilities calls that need any of these capabilities, among {@code process_exec}, {@code network},
 *     {@code secrets_read} and {@code filesystem_write}; none unless told
 * @param keys the keys that may sign: SHA-256 of their SubjectPublicKeyInfo, 64 hexadecimal digits each
 */
@ConfigurationProperties("sallyport.node.approvers")
public record ApproverProperties(
        @DefaultValue Set<String> capabilities,
        @DefaultValue Set<String> keys) {
    /** {@link IllegalArgumentException} for what {@link PinnedApprovers} refuses. */
    public ApproverProperties {
        capabilities = Set.copyOf(capabilities);
        keys = Set.copyOf(keys);
        new PinnedApprovers(capabilities, keys);
    }

    /** The rule that follows from it. */
    public PinnedApprovers pinned() {
        return new PinnedApprovers(capabilities, keys);
    }
}
