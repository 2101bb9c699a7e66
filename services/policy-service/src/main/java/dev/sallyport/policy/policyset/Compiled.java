package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.PolicySnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a policy set at the compiler.
 *
 * @param snapshot the compiled set; null where a finding is an error
 * @param findings what is or looks wrong, in the order of the files
 */
record Compiled(@Nullable PolicySnapshot snapshot, List<Finding> findings) {
    /** Copies the findings. */
    Compiled {
        findings = List.copyOf(findings);
    }

    /** The snapshot; refuses a set with errors with {@link InvalidPolicySetException}. */
    PolicySnapshot orRefuse() {
        if (snapshot == null) {
            throw new InvalidPolicySetException(findings);
        }
        return snapshot;
    }
}
