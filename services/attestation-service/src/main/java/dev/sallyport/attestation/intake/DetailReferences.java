package dev.sallyport.attestation.intake;

import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which details a statement names. What comes beside a record without being named by its statement is not kept. */
final class DetailReferences {
    private DetailReferences() {}

    static Set<DetailRef> of(Predicate predicate) {
        Stream<DetailRef> references = switch (predicate) {
            case ToolProposed p ->
                Stream.of(p.args(), p.decision().explanation()).filter(Objects::nonNull);
            case ApprovalRequested p -> Stream.of(p.prompt());
            case ApprovalResolved p ->
                p.answers().stream().map(ApproverAnswer::reason).filter(Objects::nonNull);
            case ExecutionPermit p -> Stream.empty();
            case ToolExecuted p -> p.outputs().stream().map(ToolExecuted.Output::detail);
            case Audit p -> p.details().stream();
        };
        return references.collect(Collectors.toUnmodifiableSet());
    }
}
