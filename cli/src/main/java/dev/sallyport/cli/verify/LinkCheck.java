package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether everything that statements rest on is there, of the stated type, and about the same thing. */
final class LinkCheck {
    private final Report report;
    private final List<CheckedStatement> statements;
    private final Map<Digest, CheckedStatement> byDigest = new HashMap<>();

    LinkCheck(Report report, List<CheckedStatement> statements) {
        this.report = report;
        this.statements = statements;
        statements.forEach(statement -> byDigest.put(statement.verified().digest(), statement));
    }

    void check() {
        for (CheckedStatement statement : statements) {
            boolean whole = true;
            for (Link link : statement.statement().predicate().links()) {
                CheckedStatement target = byDigest.get(link.digest());
                if (target == null && abandons(statement)) {
                    report.noted(
                            Claim.LINKS,
                            statement.name(),
                            "the call was given up, since the key of " + link.digest() + " had been revoked");
                } else if (target == null) {
                    report.fails(
                            Claim.LINKS,
                            statement.name(),
                            "the " + link.type() + " " + link.digest() + " is missing or did not hold");
                    whole = false;
                } else if (!link.isTo(target.statement().type())) {
                    report.fails(Claim.LINKS, statement.name(), link.digest() + " is no " + link.type());
                    whole = false;
                } else if (!target.statement()
                                .subject()
                                .equals(statement.statement().subject())
                        && !StatementVerifier.mayBeAboutSomethingElse(
                                statement.statement().predicate(), link)) {
                    report.fails(Claim.LINKS, statement.name(), link.digest() + " is about something else");
                    whole = false;
                }
            }
            if (whole) {
                report.holds(Claim.LINKS, statement.name());
            }
        }
    }

    /** The end of an abandoned call names by its digest alone a statement that nobody believes, and the ledger may not have. */
    private static boolean abandons(CheckedStatement statement) {
        return statement.statement().predicate() instanceof Audit audit
                && audit.ended() != null
                && audit.ended().outcome() == CallOutcome.ABANDONED;
    }
}
