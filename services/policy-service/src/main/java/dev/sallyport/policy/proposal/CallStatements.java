package dev.sallyport.policy.proposal;

import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Publishes statements about calls and keeps every one of a call, since each is evidence for the ones that follow. */
@Component
class CallStatements {
    private final JdbcClient jdbc;
    private final StatementOutbox outbox;
    private final String fleetId;

    CallStatements(JdbcClient jdbc, StatementOutbox outbox, IdentityInForce identity) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.fleetId = identity.trust().fleetId();
    }

    String fleetId() {
        return fleetId;
    }

    Issuance issuance(String workspaceId) {
        return outbox.issuance(workspaceId);
    }

    /** The first statement of a call, published before the call's row is there. */
    SignedStatement propose(Proposal proposal, ToolProposed predicate, List<Detail> details) {
        return outbox.publish(Statement.of(proposal.subject(), predicate), List.of(), details);
    }

    /** Publishes a statement about a call with all that it rests on, and keeps it. */
    SignedStatement publish(ToolProposal call, Predicate predicate, List<Detail> details) {
        SignedStatement signed = outbox.publish(
                Statement.of(call.proposal(fleetId).subject(), predicate),
                evidence(call.proposalId(), predicate.links()),
                details);
        keep(call.proposalId(), signed, typeOf(predicate), predicate.links());
        return signed;
    }

    /** Keeps a statement. */
    void keep(String proposalId, SignedStatement signed, StatementType type, List<Link> links) {
        jdbc.sql("""
                        insert into call_statement (digest, proposal_id, type, links, signed)
                        values (:digest, :proposal, :type, :links, :signed) on conflict do nothing""")
                .param("digest", signed.digest().bytes())
                .param("proposal", proposalId)
                .param("type", type.shortName())
                .param(
                        "links",
                        links.stream().map(link -> link.digest().bytes()).toArray(byte[][]::new))
                .param("signed", new StatementRecord(signed, List.of(), List.of()).encode())
                .update();
    }

    /** Keeps what another service stated, with what it rests on. */
    void keep(String proposalId, VerifiedRecord record) {
        for (VerifiedStatement statement : record.evidence().values()) {
            keep(proposalId, statement);
        }
        keep(proposalId, record.main());
    }

    private void keep(String proposalId, VerifiedStatement statement) {
        keep(
                proposalId,
                statement.signed(),
                statement.statement().type(),
                statement.statement().predicate().links());
    }

    /** Everything that these links reach, each once. */
    private List<SignedStatement> evidence(String proposalId, List<Link> links) {
        Map<Digest, SignedStatement> signed = new HashMap<>();
        Map<Digest, List<Digest>> linked = new HashMap<>();
        jdbc.sql("select digest, links, signed from call_statement where proposal_id = :proposal")
                .param("proposal", proposalId)
                .query(rs -> {
                    Digest digest = digest(rs.getBytes("digest"));
                    signed.put(digest, parse(rs.getBytes("signed")));
                    List<Digest> reached = new ArrayList<>();
                    for (Object link : (Object[]) rs.getArray("links").getArray()) {
                        reached.add(digest((byte[]) link));
                    }
                    linked.put(digest, reached);
                });
        Map<Digest, SignedStatement> evidence = new LinkedHashMap<>();
        Deque<Digest> open = new ArrayDeque<>(links.stream().map(Link::digest).toList());
        while (!open.isEmpty()) {
            Digest next = open.removeFirst();
            SignedStatement found = signed.get(next);
            if (found == null) {
                throw new IllegalStateException("a statement about " + proposalId + " is missing: " + next);
            }
            if (evidence.put(next, found) == null) {
                open.addAll(linked.getOrDefault(next, List.of()));
            }
        }
        return List.copyOf(evidence.values());
    }

    private static StatementType typeOf(Predicate predicate) {
        for (StatementType type : StatementType.values()) {
            if (type.predicate().isInstance(predicate)) {
                return type;
            }
        }
        throw new IllegalStateException("no type for " + predicate.getClass());
    }

    private static Digest digest(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(bytes));
    }

    private static SignedStatement parse(byte[] bytes) {
        try {
            return StatementRecord.parse(bytes).signed();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("a stored statement cannot be read", e);
        }
    }
}
