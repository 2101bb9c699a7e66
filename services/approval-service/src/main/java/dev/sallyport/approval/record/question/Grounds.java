package dev.sallyport.approval.record.question;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Risk;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * Why a person is asked.
 *
 * @param ruleIds the rules that ask, which an approval lifts
 * @param policySet digest of the policy set that they belong to
 * @param risk how much is at stake, and the rule that says so
 */
@Embeddable
public record Grounds(
        @JdbcTypeCode(SqlTypes.ARRAY) List<String> ruleIds,
        Digest policySet,

        @Embedded
        @AttributeOverride(name = "level", column = @Column(name = "risk_level"))
        @AttributeOverride(name = "rule", column = @Column(name = "risk_rule"))
        Risk risk) {
    /** Copies the list. */
    public Grounds {
        ruleIds = List.copyOf(ruleIds);
    }
}
