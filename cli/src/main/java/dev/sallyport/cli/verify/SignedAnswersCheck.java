package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.Assurance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the answers that bear a person's own signature were signed by that person, and which bear none. */
final class SignedAnswersCheck {
    private final Report report;
    private final StatementVerifier verifier;
    private final List<CheckedStatement> statements;
    private final Map<Digest, Statement> byDigest = new HashMap<>();

    SignedAnswersCheck(Report report, StatementVerifier verifier, List<CheckedStatement> statements) {
        this.report = report;
        this.verifier = verifier;
        this.statements = statements;
        statements.forEach(statement -> byDigest.put(statement.verified().digest(), statement.statement()));
    }

    void check() {
        for (CheckedStatement statement : statements) {
            if (statement.statement().predicate() instanceof ApprovalResolved resolved) {
                check(statement, resolved);
            }
        }
    }

    private void check(CheckedStatement statement, ApprovalResolved resolved) {
        try {
            verifier.checkSignedAnswers(statement.verified(), digest -> Optional.ofNullable(byDigest.get(digest)));
        } catch (StatementRefusedException e) {
            report.fails(Claim.APPROVED, statement.name(), String.valueOf(e.getMessage()));
            return;
        }
        boolean signatureAsked = question(resolved)
                .filter(asked -> asked.obligations().assurance() == Assurance.KEY)
                .isPresent();
        for (ApproverAnswer answer : resolved.answers()) {
            AnswerSignature signature = answer.signature();
            if (signature == null) {
                if (signatureAsked && answer.answer() == ApprovalResolved.Answer.APPROVED) {
                    report.noted(
                            Claim.APPROVED,
                            statement.name(),
                            answer.principal() + " did not sign: that they answered is the word of approval-service");
                }
            } else if (!signature.isByPasskey()) {
                report.noted(
                        Claim.APPROVED,
                        statement.name(),
                        answer.principal() + " signed with the key of a device; that it is theirs is the word of"
                                + " policy-service");
            }
        }
    }

    private Optional<ApprovalRequested> question(ApprovalResolved resolved) {
        return resolved.links().stream()
                .findFirst()
                .map(link -> byDigest.get(link.digest()))
                .map(Statement::predicate)
                .filter(ApprovalRequested.class::isInstance)
                .map(ApprovalRequested.class::cast);
    }
}
