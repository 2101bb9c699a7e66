package dev.sallyport.policy.engine.cedar;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.PolicySet;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Cedar says to a request. Cedar skips a policy that fails: a forbid that fails lets a permit win. So an answer
 * beside any error is no answer, and {@link #allows} does not follow Cedar there.
 *
 * @param cedarAllows what Cedar decided; false where it refused the request
 * @param reasons the ids of the policies that determined it
 * @param failed the ids of the policies that failed, sorted
 * @param trouble what went wrong, in Cedar's words; null when nothing did
 */
public record CedarAnswer(
        boolean cedarAllows,
        Set<String> reasons,
        List<String> failed,
        @Nullable String trouble) {
    /** Copies the collections. */
    public CedarAnswer {
        reasons = Set.copyOf(reasons);
        failed = List.copyOf(failed);
    }

    /**
     * Asks Cedar on the current thread, which must have a big stack.
     *
     * @param policies cached by {@link NativeCache}, and so is the request's schema; else Cedar parses both again
     */
    public static CedarAnswer of(AuthorizationRequest request, PolicySet policies, Set<Entity> entities)
            throws AuthException {
        try {
            return of(new BasicAuthorizationEngine().isAuthorized(request, policies, entities));
        } finally {
            // What is cached lives natively only as long as its Java object.
            Reference.reachabilityFence(policies);
            Reference.reachabilityFence(request);
        }
    }

    private static CedarAnswer of(AuthorizationResponse response) {
        if (response.type != AuthorizationResponse.SuccessOrFailure.Success || response.success.isEmpty()) {
            return new CedarAnswer(
                    false,
                    Set.of(),
                    List.of(),
                    "Cedar refused the request: "
                            + response.errors
                                    .map(errors -> errors.stream()
                                            .map(error -> error.message)
                                            .toList()
                                            .toString())
                                    .orElse("no reason given"));
        }
        AuthorizationSuccessResponse success = response.success.get();
        return new CedarAnswer(
                success.isAllowed(),
                new TreeSet<>(success.getReason()),
                success.getErrors().stream()
                        .map(AuthorizationSuccessResponse.AuthorizationError::getPolicyId)
                        .sorted()
                        .toList(),
                success.getErrors().isEmpty()
                        ? null
                        : "a policy failed while it was evaluated: " + success.getErrors());
    }

    /** Whether the request is allowed: Cedar allows it, and nothing went wrong. */
    public boolean allows() {
        return cedarAllows && trouble == null;
    }
}
