package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.call.StoryCheck;
import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.story.Story;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.SignedNote;
import dev.sallyport.tlog.TlogException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Verifies one call's evidence from the bytes of its bundle, with nothing but pinned trust; asks nobody. */
final class CaseVerifier {
    private final Trust trust;

    CaseVerifier(Trust trust) {
        this.trust = trust;
    }

    /** Every verdict; never throws on hostile input. */
    Report verify(Bundle bundle) {
        Report report = new Report();
        report.holds(Claim.ARCHIVE, "");
        trust(report, bundle);
        @Nullable Checkpoint checkpoint = checkpoint(report, bundle);
        StatementCheck statementCheck = new StatementCheck(report, trust, checkpoint, bundle.checkpoint());
        List<CheckedStatement> statements = new ArrayList<>();
        boolean complete = true;
        for (Bundle.Leaf leaf : bundle.statements()) {
            @Nullable VerifiedStatement verified = statementCheck.check(leaf);
            if (verified == null) {
                complete = false;
            } else {
                statements.add(new CheckedStatement(leaf.index(), leaf.call(), verified));
            }
        }
        Bundle.LeftOut leftOut = bundle.leftOut();
        if (leftOut.statements() + leftOut.details() > 0) {
            report.noted(
                    Claim.LISTING,
                    "",
                    "it leaves out " + leftOut.statements() + " statement(s) about the call and " + leftOut.details()
                            + " detail(s), since it would be too large with them; the ledger has them");
        }
        new LinkCheck(report, statements).check();
        new DetailCheck(report, bundle.details(), statements).check();
        new KeyBindingCheck(report, statements).check();
        new SignedAnswersCheck(report, new StatementVerifier(trust.roots(), Revocations.NONE), statements).check();
        List<CheckedStatement> call = ofTheCall(report, statements, "proposal:" + bundle.proposalId());
        if (complete) {
            report.tells(Story.of(call.stream().map(CheckedStatement::told).toList(), digest -> words(bundle, digest)));
        }
        new StoryCheck(report, /* ofTheCall= */ call, /* bundled= */ statements, bundle, complete).check();
        return report;
    }

    /** The content of a detail as text. A later check says whether it is what the statements mean. */
    private static String words(Bundle bundle, Digest digest) {
        byte[] detail = bundle.details().get(digest);
        return detail == null
                        || detail.length < Detail.SALT_BYTES
                        || !Digest.of(detail).equals(digest)
                ? ""
                : new String(Detail.ofBytes(detail).content(), StandardCharsets.UTF_8);
    }

    /**
     * The statements whose subject is the proposal's, by name and digest. A name alone is anybody's to use: whatever
     * bears it with another digest is about something else.
     */
    private static List<CheckedStatement> ofTheCall(Report report, List<CheckedStatement> statements, String name) {
        Set<Subject> proposed = statements.stream()
                .filter(statement -> statement.statement().predicate() instanceof ToolProposed)
                .map(statement -> statement.statement().subject())
                .filter(subject -> subject.name().equals(name))
                .collect(Collectors.toSet());
        Set<Digest> others = aboutSomethingElse(statements);
        List<CheckedStatement> call = new ArrayList<>();
        for (CheckedStatement statement : statements) {
            Subject subject = statement.statement().subject();
            boolean named = subject.name().equals(name);
            // Without any proposal nothing tells the true digest; the missing proposal fails by itself.
            boolean about = named && (proposed.isEmpty() || proposed.contains(subject));
            if (named && !about) {
                report.fails(
                        Claim.SUBJECT,
                        statement.name(),
                        "it bears the call's name, but its digest is not that of the proposal");
            }
            report.check(
                    Claim.LISTING,
                    statement.name(),
                    about == statement.call()
                            && (about
                                    || isAboutKeys(statement)
                                    || others.contains(statement.verified().digest())),
                    about ? "it is about the call, though not listed so" : "it is not about this call");
            if (about) {
                call.add(statement);
            }
        }
        return call;
    }

    /**
     * What answers rest on and is not about their call: the answer that gave a grant with its question and call, and the keys
     * that people signed with.
     */
    private static Set<Digest> aboutSomethingElse(List<CheckedStatement> statements) {
        Map<Digest, CheckedStatement> byDigest = new HashMap<>();
        statements.forEach(statement -> byDigest.put(statement.verified().digest(), statement));
        Deque<Digest> open = new ArrayDeque<>();
        for (CheckedStatement statement : statements) {
            Predicate predicate = statement.statement().predicate();
            predicate.links().stream()
                    .filter(link -> StatementVerifier.mayBeAboutSomethingElse(predicate, link))
                    .map(Link::digest)
                    .forEach(open::add);
        }
        Set<Digest> givers = new HashSet<>();
        while (!open.isEmpty()) {
            CheckedStatement giver = byDigest.get(open.removeFirst());
            if (giver != null && givers.add(giver.verified().digest())) {
                giver.statement().predicate().links().stream().map(Link::digest).forEach(open::add);
            }
        }
        return givers;
    }

    /** What in a bundle is not about the call, and no answer to it rests on, is there for its signers' keys. */
    private static boolean isAboutKeys(CheckedStatement statement) {
        return statement.statement().predicate() instanceof Audit audit && KeyBindingCheck.bindsAKey(audit);
    }

    private void trust(Report report, Bundle bundle) {
        if (!trust.knows(bundle.trust())) {
            report.fails(
                    Claim.TRUST,
                    "trust.json",
                    "it is not this fleet's: it names other keys or authorities than those that you pin, or holds"
                            + " more. If the fleet has replaced its roots since, bring yours up to date: sallyport ca"
                            + " trust --follow FILE");
        } else if (trust.rootsPinned()) {
            report.holds(Claim.TRUST, "");
        } else {
            report.noted(
                    Claim.TRUST,
                    "",
                    "the signing CA is the bundle's own: that it is the fleet's rests on the log having let the"
                            + " statements in. Pin it with --trust");
        }
        report.check(
                Claim.FLEET,
                "bundle.json",
                bundle.fleetId().equals(trust.roots().fleetId()),
                "the bundle is another fleet's");
    }

    private @Nullable Checkpoint checkpoint(Report report, Bundle bundle) {
        try {
            Checkpoint checkpoint = Checkpoint.open(bundle.checkpoint(), trust.logKeys());
            if (SignedNote.parse(bundle.checkpoint()).isSignedByOthers(trust.logKeys())) {
                report.fails(Claim.CHECKPOINT, "", "it carries a line of somebody whose key you do not pin");
                return null;
            }
            if (!checkpoint.origin().equals(trust.origin())) {
                report.fails(Claim.CHECKPOINT, "", "it is the checkpoint of another log: " + checkpoint.origin());
                return null;
            }
            report.holds(Claim.CHECKPOINT, "");
            report.check(
                    Claim.LISTING,
                    "tree_size",
                    checkpoint.size() == bundle.treeSize(),
                    "the checkpoint's size is " + checkpoint.size());
            return checkpoint;
        } catch (TlogException e) {
            report.fails(Claim.CHECKPOINT, "", String.valueOf(e.getMessage()));
            return null;
        }
    }
}
