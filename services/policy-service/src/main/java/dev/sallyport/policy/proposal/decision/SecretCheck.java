package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.policy.permit.SecretVersions;
import dev.sallyport.policy.permit.SecretsUnavailableException;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * The last step of a decision: asks the vault for the secrets that a call names. An HTTP call, so never under a row's
 * lock.
 */
@Component
class SecretCheck {
    private final SecretVersions versions;
    private final NodeOffers nodes;

    SecretCheck(SecretVersions versions, NodeOffers nodes) {
        this.versions = versions;
        this.nodes = nodes;
    }

    /**
     * The verdict with the secrets' versions; a denial when the vault does not grant them all. Denials stay as they
     * are.
     *
     * @throws DecisionUnavailableException when the vault does not say now
     */
    Verdict verify(Verdict verdict) {
        if (!isNeeded(verdict)) {
            return verdict;
        }
        try {
            ToolMetadata.Placement placement =
                    Objects.requireNonNull(verdict.facts().tool()).placement();
            // Nodes that are away just now deny nothing. OfferCheck has denied what no node delivered when it was asked
            // for.
            Set<String> present = nodes.deliveries(placement.pool(), placement.runtime());
            Set<String> ways = present.isEmpty() ? Set.copyOf(SecretVersions.WAYS) : present;
            return versions.resolve(verdict.call().proposal(), ways)
                    .map(verdict::with)
                    .orElseGet(() -> verdict.deniedFor(DecisionCode.SECRET_NOT_ALLOWED));
        } catch (SecretsUnavailableException e) {
            throw new DecisionUnavailableException(
                    "VAULT_UNAVAILABLE",
                    "Whether the call may use its secrets cannot be found out now. Try again after the number of seconds in"
                            + " Retry-After.",
                    e);
        }
    }

    /** Whether the vault has to be asked about this verdict. */
    boolean isNeeded(Verdict verdict) {
        return !verdict.decision().denied()
                && !verdict.call().proposal().secrets().isEmpty();
    }
}
