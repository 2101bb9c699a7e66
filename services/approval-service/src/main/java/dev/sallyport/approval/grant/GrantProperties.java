package dev.sallyport.approval.grant;

import dev.sallyport.statements.predicate.ApprovalResolved.Grant;
import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code sallyport.grants.*}
 *
 * @param lifetime how long a grant lasts when its giver says nothing; default 8 hours
 * @param longestSession the longest life of a grant for a session; default 24 hours
 * @param longest the longest life of a grant for a time, at most 30 days; default 30 days
 * @param uses how many further calls a grant answers when its giver says nothing; default 20
 * @param mostUses how many further calls it may answer at most, 1 to 1000; default 200
 */
@Validated
@ConfigurationProperties("sallyport.grants")
record GrantProperties(
        @DefaultValue("8h") Duration lifetime,
        @DefaultValue("24h") Duration longestSession,
        @DefaultValue("30d") Duration longest,
        @DefaultValue("20") int uses,
        @DefaultValue("200") int mostUses) {
    @AssertTrue(
            message = "lifetime must be at least 1 second, longest-session no shorter than it, longest no shorter than"
                    + " that, and at most 30 days")
    boolean isEveryLifePossible() {
        return lifetime.compareTo(Duration.ofSeconds(1)) >= 0
                && longestSession.compareTo(lifetime) >= 0
                && longest.compareTo(longestSession) >= 0
                && longest.compareTo(Duration.ofDays(Grant.MOST_DAYS)) <= 0;
    }

    @AssertTrue(message = "uses must be at least 1, and most-uses no less and at most 1000")
    boolean isNumberOfUsesPossible() {
        return uses >= 1 && mostUses >= uses && mostUses <= Grant.MOST_USES;
    }
}
