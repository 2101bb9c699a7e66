package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.NamedDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether the details disclosed are those that the statements mean. One that is absent may have been erased. */
final class DetailCheck {
    private final Report report;
    private final Map<Digest, byte[]> details;
    private final List<CheckedStatement> statements;

    DetailCheck(Report report, Map<Digest, byte[]> details, List<CheckedStatement> statements) {
        this.report = report;
        this.details = details;
        this.statements = statements;
    }

    void check() {
        Map<Digest, DetailRef> meant = new HashMap<>();
        statements.forEach(statement ->
                NamedDetails.of(statement.statement().predicate()).forEach(ref -> meant.put(ref.digest(), ref)));
        details.forEach((digest, bytes) -> {
            String about = "details/" + digest;
            DetailRef ref = meant.remove(digest);
            if (!Digest.of(bytes).equals(digest)) {
                report.fails(Claim.DETAILS, about, "its SHA-256 is another one: it was altered");
            } else if (ref == null) {
                report.fails(Claim.DETAILS, about, "no verified statement refers to it");
            } else {
                report.check(
                        Claim.DETAILS,
                        about,
                        bytes.length == ref.size() + Detail.SALT_BYTES,
                        "it does not have the size stated");
            }
        });
        if (!meant.isEmpty()) {
            report.noted(
                    Claim.DETAILS,
                    "",
                    meant.size() + " detail(s) are not in the bundle: erased, or never in the ledger's store. What they"
                            + " held cannot be seen; that they existed is proven");
        } else if (details.isEmpty()) {
            report.holds(Claim.DETAILS, "");
        }
    }
}
