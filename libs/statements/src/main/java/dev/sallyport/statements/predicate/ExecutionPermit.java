package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.List;

/**
 * execution-permit/v1: the terms on which exactly this call may run once, by policy-service. Links to tool-proposed/v1
 * and, where humans were asked, to approval-requested/v1 and approval-resolved/v1. The only statement that an executor
 * acts on; a field that the verifier does not know makes it invalid.
 *
 * @param argsDigest digest of the arguments' detail
 * @param tool the tool's canonical name
 * @param runtime the kind of code that runs, and its program
 * @param tier the least tier among those of that kind of code
 * @param pool the executor pool
 * @param policySet content digest of the set that allowed it
 * @param liftedRules the rules that humans lifted
 * @param cut 1 for the first permit of a call, counted up when it is cut again
 * @param notAfter a claim must have happened by then, milliseconds
 * @param startBy no permit of this call is valid after that, milliseconds
 */
public record ExecutionPermit(
        Issuance issued,
        List<Link> links,
        Digest argsDigest,
        String tool,
        String toolVersion,
        Digest toolDigest,
        RequiredRuntime runtime,
        Tier tier,
        Egress egress,
        Limits limits,
        List<SecretGrant> secrets,
        String pool,
        Digest policySet,
        List<RuleRef> liftedRules,
        int cut,
        Instant notAfter,
        Instant startBy)
        implements Predicate {
    /** Copies the lists. */
    public ExecutionPermit {
        links = List.copyOf(links);
        secrets = List.copyOf(secrets);
        liftedRules = List.copyOf(liftedRules);
    }
}
