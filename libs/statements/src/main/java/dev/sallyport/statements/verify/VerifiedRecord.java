package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A record of which everything has been verified: it may have effect.
 *
 * @param record as received
 * @param main the statement it is about
 * @param evidence every statement it rests on, by digest
 */
public record VerifiedRecord(StatementRecord record, VerifiedStatement main, Map<Digest, VerifiedStatement> evidence) {
    /** Copies the map. */
    public VerifiedRecord {
        evidence = Map.copyOf(evidence);
    }

    /**
     * This record, once it is certain that exactly the details came along that its statement names. Whoever keeps a record
     * may drop them; what travels has them.
     *
     * @throws StatementRefusedException {@code BAD_DETAIL}
     */
    public VerifiedRecord withItsDetails() throws StatementRefusedException {
        NamedDetails.check(main.statement().predicate(), record);
        return this;
    }

    /** The statement it is about. */
    public Statement statement() {
        return main.statement();
    }

    /** The identity of the statement. */
    public Digest digest() {
        return main.digest();
    }

    /** The predicate as its type; {@link ClassCastException} if it is another. */
    public <P extends Predicate> P predicate(Class<P> type) {
        return type.cast(main.statement().predicate());
    }

    /** The statements in the evidence whose predicate is of that type, in no particular order. */
    public <P extends Predicate> List<VerifiedStatement> evidence(Class<P> type) {
        return evidence.values().stream()
                .filter(statement -> type.isInstance(statement.statement().predicate()))
                .toList();
    }

    /** The proposal that it is about; empty for a subject of another kind. */
    public Optional<ProposalId> proposal() {
        return ProposalId.ofSubject(main.statement().subject());
    }

    /** The one predicate of that type among the direct links; empty when there is none. */
    public <P extends Predicate> Optional<P> linked(Class<P> type) {
        for (Link link : main.statement().predicate().links()) {
            VerifiedStatement statement = evidence.get(link.digest());
            if (statement != null && type.isInstance(statement.statement().predicate())) {
                return Optional.of(type.cast(statement.statement().predicate()));
            }
        }
        return Optional.empty();
    }

    /** The content of a detail that came along inline; empty when it did not. */
    public Optional<byte[]> detail(DetailRef ref) {
        return Optional.ofNullable(record.details().get(ref.digest()))
                .filter(detail -> detail.ref().equals(ref))
                .map(Detail::content);
    }
}
