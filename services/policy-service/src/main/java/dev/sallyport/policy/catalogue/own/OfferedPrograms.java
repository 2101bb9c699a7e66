package dev.sallyport.policy.catalogue.own;

import java.util.Optional;
import java.util.Set;

/** Which programs executor nodes have. */
@FunctionalInterface
public interface OfferedPrograms {
    /** The programs that a present node of the pool has; empty when none names any, or control did not answer. */
    Optional<Set<String>> executables(String pool);
}
