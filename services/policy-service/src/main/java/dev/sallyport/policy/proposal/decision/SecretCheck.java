package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.SecretVersions;
import org.springframework.stereotype.Component;

/**
 * The last step of a decision: asks the vault for the secrets that a call names. An HTTP call, so never under a row's
 * lock.
 */
@Component
class SecretCheck {
    private final SecretVersions versions;

    SecretCheck(SecretVersions versions) {
        this.versions = versions;
    }

    /**
     * The verdict with the secrets' versions; a denial when the vault does not grant them all. Denials stay as they
     * are.
     */
    Verdict verify(Verdict verdict) {
        if (verdict.decision().denied() || verdict.call().proposal().secrets().isEmpty()) {
            return verdict;
        }
        return versions.resolve(verdict.call().proposal())
                .map(verdict::with)
                .orElseGet(() -> verdict.deniedFor(DecisionCode.SECRET_NOT_ALLOWED));
    }
}
