package dev.sallyport.policy.proposal.admission;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much people are asked at once. A call beyond that is denied with {@code TOO_MANY_PENDING}.
 *
 * @param mostOfPrincipal questions about one principal's calls that wait at the same time; default 30
 * @param mostOfSession of these, about calls of one session; default 20
 */
@Validated
@ConfigurationProperties("sallyport.questions")
record QuestionProperties(
        @DefaultValue("30") @Min(1) int mostOfPrincipal,
        @DefaultValue("20") @Min(1) int mostOfSession) {}
