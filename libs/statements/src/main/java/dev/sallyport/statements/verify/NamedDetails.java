package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The details that come with a record are exactly those that its statement names. Else somebody in between could take
 * arguments, prompts or outputs away from a genuine statement, or add what its signer never said.
 */
public final class NamedDetails {
    private NamedDetails() {}

    static void check(Predicate predicate, StatementRecord record) throws StatementRefusedException {
        Set<DetailRef> named = of(predicate);
        Set<Digest> digests = named.stream().map(DetailRef::digest).collect(Collectors.toSet());
        if (predicate instanceof ExecutionPermit permit) {
            digests.add(permit.argsDigest());
        }
        if (!record.details().keySet().equals(digests)) {
            throw new StatementRefusedException(
                    Refusal.BAD_DETAIL, "the details are not those that the statement names");
        }
        for (DetailRef ref : named) {
            Detail detail = record.details().get(ref.digest());
            if (detail == null || !detail.ref().equals(ref)) {
                throw new StatementRefusedException(Refusal.BAD_DETAIL, "a detail has not the size stated");
            }
        }
    }

    /** The details that a statement names itself; a permit only repeats the digest of its proposal's arguments. */
    public static Set<DetailRef> of(Predicate predicate) {
        Stream<DetailRef> references = switch (predicate) {
            case ToolProposed p ->
                Stream.of(p.args(), p.rationale(), p.decision().explanation());
            case ApprovalRequested p -> Stream.of(p.prompt());
            case ApprovalResolved p ->
                Stream.concat(
                        p.answers().stream().map(ApproverAnswer::reason),
                        Stream.ofNullable(p.grant()).map(ApprovalResolved.Grant::pattern));
            case ExecutionPermit p -> Stream.empty();
            case ToolExecuted p -> p.outputs().stream().map(ToolExecuted.Output::detail);
            case Audit p -> p.details().stream();
        };
        return references.filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }
}
