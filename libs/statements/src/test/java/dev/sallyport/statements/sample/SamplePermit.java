package dev.sallyport.statements.sample;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.List;

/** What a permit for a sample call says; by default what the call needs, in tier C. */
public final class SamplePermit {
    public String tool;
    public String toolVersion;
    public Digest argsDigest;
    public RequiredRuntime runtime;
    public Tier tier = Tier.C;
    public List<String> hosts = List.of();
    public Limits limits = new Limits(1000, 1000, 1 << 20, 1 << 20, 8, 64, 1 << 20, 1 << 20);
    public List<SecretGrant> secrets;
    public String pool = "default";
    public List<RuleRef> liftedRules;
    public int cut = 1;
    public Instant notAfter;
    /** The statements that it links to. */
    public List<SampleStep> grounds;

    SamplePermit(SampleTerms call) {
        tool = call.tool;
        toolVersion = call.toolVersion;
        argsDigest = call.args.digest();
        runtime = tool.equals("process.run") ? RequiredRuntime.process(null) : RequiredRuntime.BUILTIN;
        secrets = call.secrets;
        liftedRules = call.decision == Outcome.APPROVAL_REQUIRED ? List.of(call.rule) : List.of();
        notAfter = call.now.plusSeconds(30);
        grounds = call.asks()
                ? List.of(SampleStep.PROPOSED, SampleStep.REQUESTED, SampleStep.RESOLVED)
                : List.of(SampleStep.PROPOSED);
    }

    ExecutionPermit predicate(Issuance issued, List<Link> links) {
        return new ExecutionPermit(
                issued,
                links,
                argsDigest,
                tool,
                toolVersion,
                SampleTerms.SOME,
                runtime,
                tier,
                new Egress(EgressEnforcementMode.STRICT, hosts),
                limits,
                secrets,
                pool,
                SampleTerms.SOME,
                liftedRules,
                cut,
                notAfter,
                notAfter.plusSeconds(600));
    }
}
