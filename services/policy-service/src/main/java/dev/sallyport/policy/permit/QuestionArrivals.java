package dev.sallyport.policy.permit;

import dev.sallyport.statements.Digest;
import java.util.List;
import java.util.Optional;

/** Asks approval-service which questions have arrived there. */
@FunctionalInterface
public interface QuestionArrivals {
    /**
     * Those of at most 1,000 questions, named by their statements, that approval-service has; empty when it does not
     * answer.
     */
    Optional<List<Digest>> of(List<Digest> questions);
}
