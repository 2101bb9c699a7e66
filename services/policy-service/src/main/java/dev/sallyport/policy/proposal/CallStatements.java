package dev.sallyport.policy.proposal;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.transaction.CommitBatch;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table {@code call_statement}: every statement of a call is kept, since each is evidence for the ones that
 * follow. And the way out for this service's own statements about calls.
 */
@Component
public class CallStatements {
    /** A row's links come as their digests one after the other: rows of different lengths make no array. */
    private static final String KEEP = """
            insert into call_statement (digest, proposal_id, type, links, signed)
            select digest, proposal, type,
              array(select substring(links from 1 + 32 * i for 32) from generate_series(0, octet_length(links) / 32 - 1) i),
              signed
            from unnest(:digests::bytea[], :proposals::text[], :types::text[], :links::bytea[], :signed::bytea[])
              as row (digest, proposal, type, links, signed)
            on conflict do nothing""";

    private static final String OF_CALL =
            "select digest, links, signed from call_statement where proposal_id = :proposal";

    private static final String FORGET = "delete from call_statement where proposal_id = any(:ids)";

    private final JdbcClient jdbc;
    private final StatementOutbox outbox;
    private final StatementVerifier verifier;
    private final CommitBatch<Added> added;

    CallStatements(JdbcClient jdbc, StatementOutbox outbox, StatementVerifier verifier) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.verifier = verifier;
        this.added =
                new CommitBatch<>(this::insert, row -> row.signed().envelope().payload().length);
    }

    /** A statement that the present transaction adds. */
    private record Added(String proposalId, SignedStatement signed, String type, List<Digest> links) {
        byte[] encoded() {
            return new StatementRecord(signed, List.of(), List.of()).encode();
        }
    }

    Issuance issuance(Proposal proposal) {
        return outbox.issuance(proposal.workspaceId());
    }

    /** Publishes the first statement of a call. It is kept once the call's row is there. */
    SignedStatement propose(ToolProposed predicate, List<Detail> details) {
        return outbox.publish(Statement.of(predicate.proposal().subject(), predicate), List.of(), details);
    }

    /** Publishes a statement about a call with all that it rests on, and keeps it. */
    SignedStatement publish(Proposal proposal, Predicate predicate, List<Detail> details) {
        Statement statement = Statement.of(proposal.subject(), predicate);
        SignedStatement signed = outbox.publish(statement, evidence(proposal.proposalId(), predicate.links()), details);
        keep(proposal.proposalId(), signed, statement);
        return signed;
    }

    /**
     * Ends a call of which a statement is not believed any more: names the statement that the call rests on, and leaves out
     * the evidence that nobody would accept.
     */
    void giveUp(Proposal proposal, Audit ended) {
        Statement statement = Statement.of(proposal.subject(), ended);
        keep(proposal.proposalId(), outbox.publish(statement), statement);
    }

    /**
     * Whether a statement of the call, and all that it rests on, is believed now: what people signed themselves in it too.
     *
     * @throws dev.sallyport.statements.verify.Revocations.LedgerUnavailableException when that cannot be found out now
     */
    boolean believes(String proposalId, Link link) {
        try {
            Map<Digest, VerifiedStatement> believed = new HashMap<>();
            for (SignedStatement signed : evidence(proposalId, List.of(link))) {
                VerifiedStatement verified = verifier.verify(signed);
                believed.put(verified.digest(), verified);
            }
            for (VerifiedStatement verified : believed.values()) {
                verifier.checkSignedAnswers(
                        verified,
                        digest -> Optional.ofNullable(believed.get(digest)).map(VerifiedStatement::statement));
            }
            return true;
        } catch (StatementRefusedException e) {
            if (e.refusal() == StatementRefusedException.Refusal.REVOKED) {
                return false;
            }
            throw new IllegalStateException("a kept statement does not verify: " + e.getMessage(), e);
        }
    }

    /** Keeps a statement. */
    void keep(String proposalId, SignedStatement signed, Statement statement) {
        added.add(new Added(
                proposalId,
                signed,
                statement.type().shortName(),
                statement.predicate().links().stream().map(Link::digest).toList()));
    }

    private void insert(List<Added> rows) {
        jdbc.sql(KEEP)
                .param(
                        "digests",
                        rows.stream().map(row -> row.signed().digest().bytes()).toArray(byte[][]::new))
                .param("proposals", rows.stream().map(Added::proposalId).toArray(String[]::new))
                .param("types", rows.stream().map(Added::type).toArray(String[]::new))
                .param("links", rows.stream().map(row -> joined(row.links())).toArray(byte[][]::new))
                .param("signed", rows.stream().map(Added::encoded).toArray(byte[][]::new))
                .update();
    }

    private static byte[] joined(List<Digest> digests) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        digests.forEach(digest -> joined.writeBytes(digest.bytes()));
        return joined.toByteArray();
    }

    /** Keeps what another service stated, with what it rests on. */
    public void keep(String proposalId, VerifiedRecord record) {
        for (VerifiedStatement statement : record.evidence().values()) {
            keep(proposalId, statement.signed(), statement.statement());
        }
        keep(proposalId, record.main().signed(), record.main().statement());
    }

    /** Forgets the statements about these calls. What the ledger has not confirmed stays in the outbox, whole. */
    public void forget(List<String> proposalIds) {
        jdbc.sql(FORGET).param("ids", proposalIds.toArray(String[]::new)).update();
    }

    /** A kept statement: its exact bytes, and the statements that it links to. */
    private record Kept(SignedStatement signed, List<Digest> links) {}

    /** Everything that these links reach, each once. */
    private List<SignedStatement> evidence(String proposalId, List<Link> links) {
        Map<Digest, Kept> kept = new HashMap<>();
        for (Added row : added.pending()) {
            kept.put(row.signed().digest(), new Kept(row.signed(), row.links()));
        }
        boolean read = false;
        Map<Digest, SignedStatement> evidence = new LinkedHashMap<>();
        Deque<Digest> open = new ArrayDeque<>(links.stream().map(Link::digest).toList());
        while (!open.isEmpty()) {
            Digest next = open.removeFirst();
            if (!read && !kept.containsKey(next)) {
                read(proposalId, kept);
                read = true;
            }
            Kept found = kept.get(next);
            if (found == null) {
                throw new IllegalStateException("a statement about " + proposalId + " is missing: " + next);
            }
            if (evidence.put(next, found.signed()) == null) {
                open.addAll(found.links());
            }
        }
        return List.copyOf(evidence.values());
    }

    private void read(String proposalId, Map<Digest, Kept> into) {
        jdbc.sql(OF_CALL).param("proposal", proposalId).query(rs -> {
            List<Digest> linked = new ArrayList<>();
            for (Object link : (Object[]) rs.getArray("links").getArray()) {
                linked.add(Digest.ofRaw((byte[]) link));
            }
            into.put(Digest.ofRaw(rs.getBytes("digest")), new Kept(parse(rs.getBytes("signed")), linked));
        });
    }

    private static SignedStatement parse(byte[] bytes) {
        try {
            return StatementRecord.parse(bytes).signed();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("a stored statement cannot be read", e);
        }
    }
}
