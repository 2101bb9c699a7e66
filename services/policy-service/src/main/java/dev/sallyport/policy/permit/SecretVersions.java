package dev.sallyport.policy.permit;

import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which version of each secret a permit names, and how it is delivered. */
@FunctionalInterface
public interface SecretVersions {
    /**
     * Every way to hand over a secret, the preferred first: what is added on the way the tool never has, and what its
     * environment holds, its children inherit.
     */
    List<String> WAYS = List.of("proxy", "pipe", "file", "env");

    /**
     * Resolves the secrets that a proposal names, for its principal and channel. Empty when one of them does not
     * exist or must not be used: a call never runs with fewer secrets than it asked for. May take seconds, so nobody asks
     * while holding a row or a place that others wait for.
     *
     * @param deliveries the ways in which the nodes of the tool's pool deliver secrets to it
     * @throws SecretsUnavailableException when nobody can say now
     */
    Optional<List<SecretGrant>> resolve(Proposal proposal, Set<String> deliveries);
}
