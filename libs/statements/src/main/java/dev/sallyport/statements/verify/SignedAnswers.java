package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answers in an approval-resolved/v1 that their people signed. Each signature is over this question, this call and
 * this answer, and its key is the person's: of a passkey two services say so, approval-service that the person made it and
 * policy-service that the link for it was theirs. Whose a device is, its certificate does not say; policy-service knows.
 */
final class SignedAnswers {
    /** The chain of a device's certificates up to a pinned TLS root. */
    interface Devices {
        /** {@link StatementRefusedException} when they do not chain to it, or are revoked. */
        SigningChain chain(List<String> certificates) throws StatementRefusedException;
    }

    private final Statement statement;
    private final ApprovalResolved resolved;
    private final Function<Digest, Optional<Statement>> statements;
    private final Devices devices;

    /**
     * The answers of a statement.
     *
     * @param statements what it rests on, verified, by digest
     */
    SignedAnswers(
            Statement statement,
            ApprovalResolved resolved,
            Function<Digest, Optional<Statement>> statements,
            Devices devices) {
        this.statement = statement;
        this.resolved = resolved;
        this.statements = statements;
        this.devices = devices;
    }

    /** Whether this link leads from an answer to the key that it was signed with, which is no part of the call. */
    static boolean isToKey(Predicate from, Link link) {
        return from instanceof ApprovalResolved && link.isTo(StatementType.AUDIT);
    }

    /** Refuses a signature that does not verify, or whose key is not the person's. */
    void verify() throws StatementRefusedException {
        if (resolved.answers().stream().allMatch(answer -> answer.signature() == null)) {
            return;
        }
        ApprovalRequested question = question();
        if (!question.approvalId().equals(resolved.approvalId())) {
            throw broken("the question answered is another one than the one linked to");
        }
        Map<Digest, ApproverKey> passkeys = passkeys();
        for (ApproverAnswer answer : resolved.answers()) {
            AnswerSignature signature = answer.signature();
            if (signature == null) {
                continue;
            }
            if (Boolean.TRUE.equals(answer.partlySeen())) {
                throw bad(answer, "nobody signs what they have partly seen");
            }
            SignedAnswer signed = signed(answer, signature);
            String contradiction = signature.isByPasskey()
                    ? byPasskey(answer, signature, signed, passkeys.get(signature.key()))
                    : byDevice(answer, signature, signed);
            if (contradiction != null) {
                throw bad(answer, contradiction);
            }
        }
    }

    private ApprovalRequested question() throws StatementRefusedException {
        if (resolved.links().isEmpty()
                || !(statements
                                .apply(resolved.links().getFirst().digest())
                                .map(Statement::predicate)
                                .orElse(null)
                        instanceof ApprovalRequested question)) {
            throw broken("the question that was answered is missing");
        }
        return question;
    }

    /** Each key that is linked to, once it is certain that both services say whose it is. */
    private Map<Digest, ApproverKey> passkeys() throws StatementRefusedException {
        Map<Digest, ApproverKey> keys = new HashMap<>();
        for (Link link : resolved.links()) {
            if (isToKey(resolved, link)) {
                ApproverKey key = bound(link);
                keys.put(key.key(), key);
            }
        }
        if (!keys.keySet().equals(resolved.passkeys())) {
            throw broken("the keys linked to are not those that signed");
        }
        return keys;
    }

    private ApproverKey bound(Link link) throws StatementRefusedException {
        Audit bound = audit(link.digest(), AuditEvent.APPROVER_KEY_BOUND);
        Audit enrolled = audit(bound.links().getFirst().digest(), AuditEvent.APPROVER_KEY_ENROLLED);
        ApproverKey key = enrolled.approverKey();
        if (key == null
                || enrolled.issued().workspaceId() == null
                || !enrolled.issued().workspaceId().equals(resolved.issued().workspaceId())
                || !enrolled.issued().workspaceId().equals(bound.issued().workspaceId())) {
            throw broken("the key that signed is of another workspace");
        }
        return key;
    }

    private Audit audit(Digest digest, AuditEvent event) throws StatementRefusedException {
        if (statements.apply(digest).map(Statement::predicate).orElse(null) instanceof Audit audit
                && audit.event() == event) {
            return audit;
        }
        throw broken("the " + event.wire() + " of the key that signed is missing");
    }

    private SignedAnswer signed(ApproverAnswer answer, AnswerSignature signature) {
        ApprovalResolved.Grant grant = resolved.grant();
        return new SignedAnswer(
                resolved.approvalId(),
                statement.subject().digest(),
                answer.promptDigest(),
                answer.answer().wire(),
                resolved.scope(),
                grant == null
                        ? null
                        : new SignedAnswer.Further(
                                Duration.between(resolved.resolvedAt(), grant.until()),
                                grant.uses(),
                                signature.pattern()));
    }

    private @Nullable String byPasskey(
            ApproverAnswer answer, AnswerSignature signature, SignedAnswer signed, @Nullable ApproverKey key) {
        if (key == null || !key.principal().equals(answer.principal())) {
            return "the key that signed is another person's";
        }
        try {
            return PasskeyAssertion.of(signature)
                    .contradiction(key, signed.challenge().bytes());
        } catch (IllegalArgumentException _) {
            return "the signature cannot be read";
        }
    }

    private @Nullable String byDevice(ApproverAnswer answer, AnswerSignature signature, SignedAnswer signed)
            throws StatementRefusedException {
        SigningChain chain = devices.chain(signature.certificates() == null ? List.of() : signature.certificates());
        if (chain.id().kind() != SpiffeId.Kind.DEVICE) {
            return "the certificate is no device's";
        }
        if (!chain.validAt(answer.at())) {
            return "the device's certificate was not valid at the time of the answer";
        }
        return DeviceSignature.verifies(signature, signed, chain.key()) ? null : "the signature does not verify";
    }

    private static StatementRefusedException broken(String message) {
        return new StatementRefusedException(Refusal.BROKEN_LINK, message);
    }

    private static StatementRefusedException bad(ApproverAnswer answer, String why) {
        return new StatementRefusedException(
                Refusal.BAD_SIGNATURE, "the answer of " + answer.principal() + " is not theirs: " + why);
    }
}
