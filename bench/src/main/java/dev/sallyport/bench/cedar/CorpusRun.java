package dev.sallyport.bench.cedar;

import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import dev.sallyport.bench.cedar.CorpusReport.Kind;
import dev.sallyport.policy.engine.cedar.CedarAnswer;
import dev.sallyport.policy.engine.rule.EntityReference;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides every request of a corpus twice through the engine's way to Cedar, with all policies and with those that the
 * index by scope leaves, and compares. On the engine's threads only.
 */
final class CorpusRun {
    private final CorpusFolder folder;
    private final CorpusReport report = new CorpusReport();

    CorpusRun(CorpusFolder folder) {
        this.folder = folder;
    }

    /**
     * Runs all of it.
     *
     * @throws IllegalArgumentException naming the file, for what cannot be read, and for a folder without cases
     */
    CorpusReport run() throws IOException, AuthException, CacheException {
        for (String file : folder.jsonFiles()) {
            Optional<CorpusCase> found = CorpusCase.of(file, folder.json(file));
            if (found.isPresent()) {
                run(found.get());
                report.addCase();
            }
        }
        if (report.isEmpty()) {
            throw new IllegalArgumentException("the folder holds no cases: JSON files with `policies` and `requests`");
        }
        return report;
    }

    private void run(CorpusCase one) throws IOException, AuthException, CacheException {
        CasePolicies policies = CasePolicies.of(folder, one);
        if (one.valid() != null && policies.schema().isPresent()) {
            report.compare(
                    one.file(),
                    Kind.VALIDATION,
                    one.valid(),
                    policies.isValid(policies.schema().get()));
        }
        for (CorpusRequest request : one.requests()) {
            if (request.isComplete()) {
                run(policies, request);
            } else {
                report.addLeftOut();
            }
        }
    }

    private void run(CasePolicies policies, CorpusRequest request) throws AuthException, CacheException {
        AuthorizationRequest question = new AuthorizationRequest(
                uid(request, request.principal()),
                uid(request, request.action()),
                uid(request, request.resource()),
                Optional.of(CasePolicies.context(request)),
                policies.schema(),
                policies.schema().isPresent() && request.validated());
        CedarAnswer answer = CedarAnswer.of(question, policies.full(), policies.entities());
        boolean refused = answer.trouble() != null && answer.failed().isEmpty();
        if (refused) {
            report.addRefused();
        }
        report.compare(
                request.place(),
                Kind.DECISION,
                word(request.allowed()),
                refused && request.allowed() ? "deny (" + answer.trouble() + ")" : word(answer.cedarAllows()));
        report.compare(request.place(), Kind.REASON, request.reasons(), Set.copyOf(answer.reasons()));
        report.compare(
                request.place(),
                Kind.ERRORS,
                request.failed().size(),
                answer.failed().size());
        if (answer.cedarAllows() && !answer.allows()) {
            report.addDeniedForErrors();
        }
        Set<String> left = policies.sliceOf(
                reference(request.principal()),
                Objects.requireNonNull(request.action()).id(),
                reference(request.resource()));
        CedarAnswer sliced = CedarAnswer.of(question, policies.slice(left), policies.entities());
        report.compare(request.place(), Kind.SLICED, shown(answer), shown(sliced));
        report.addRequest(policies.size(), left.size());
    }

    private static String shown(CedarAnswer answer) {
        return word(answer.allows()) + " by "
                + answer.reasons().stream().sorted().toList() + ", failed " + answer.failed();
    }

    private static String word(boolean allowed) {
        return allowed ? "allow" : "deny";
    }

    private static EntityReference reference(CorpusRequest.@Nullable Uid uid) {
        CorpusRequest.Uid there = Objects.requireNonNull(uid);
        return new EntityReference(there.type(), there.id());
    }

    private static EntityUID uid(CorpusRequest request, CorpusRequest.@Nullable Uid uid) {
        CorpusRequest.Uid there = Objects.requireNonNull(uid);
        return new EntityUID(
                EntityTypeName.parse(there.type())
                        .orElseThrow(() -> new IllegalArgumentException(
                                request.place() + ": " + there.type() + " is no entity type")),
                there.id());
    }
}
