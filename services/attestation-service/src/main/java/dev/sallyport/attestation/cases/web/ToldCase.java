package dev.sallyport.attestation.cases.web;

import dev.sallyport.attestation.cases.CaseFile;
import dev.sallyport.attestation.index.ProposedCall;
import dev.sallyport.attestation.index.StatedResult;
import dev.sallyport.attestation.log.LoggedStatement;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.story.RanSkill;
import dev.sallyport.statements.story.Story;
import dev.sallyport.statements.story.Told;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A case as its page draws it. Names, arguments and output are text from outside.
 *
 * @param id of the call
 * @param tool the tool that was called
 * @param facts who called, in which session and run; of a call of a skill also which module ran, whose it is, what it asks
 *     for and was granted, and what it used
 * @param end outcome and code; of a call that has not ended, that it has not
 * @param ended whether the call's end is in the log
 * @param complete whether the call has ended and everything that its statements link to is in the log
 * @param size how many entries the log had
 * @param steps what happened, in the order in which it did
 * @param details what was asked for and what came out, as far as the reader may see it and it is kept
 */
record ToldCase(
        String id,
        VisibleText tool,
        List<Line> facts,
        String end,
        boolean ended,
        boolean complete,
        long size,
        List<Step> steps,
        List<Line> details) {
    /** A text with its label. */
    record Line(String label, VisibleText text) {}

    /**
     * One statement.
     *
     * @param index place in the log
     * @param at when it was issued, by its issuer's clock
     * @param what which statement, or which event
     * @param text what it says
     */
    record Step(long index, String at, String what, VisibleText text) {}

    static ToldCase of(CaseFile file) {
        List<Told> told = new ArrayList<>();
        List<Step> unreadable = new ArrayList<>();
        List<Line> details = new ArrayList<>();
        List<Line> facts = new ArrayList<>(who(file.call().proposed()));
        for (LoggedStatement entry : file.entries()) {
            try {
                Told one = new Told(entry.index(), entry.digest(), entry.statement());
                told.add(one);
                disclose(one, file.details(), details);
                if (one.statement().predicate() instanceof ToolExecuted executed) {
                    RanSkill.of(executed)
                            .forEach(line -> facts.add(new Line(line.label(), VisibleText.of(line.text()))));
                }
            } catch (StatementRefusedException _) {
                unreadable.add(new Step(
                        entry.index(),
                        "",
                        "not read",
                        VisibleText.of("A statement of a form that is no longer read.")));
            }
        }
        List<Step> steps = new ArrayList<>(Story.of(told, digest -> words(file.details(), digest)).stream()
                .map(line -> new Step(line.index(), line.at(), line.what(), VisibleText.of(line.text())))
                .toList());
        steps.addAll(unreadable);
        ProposedCall proposed = file.call().proposed();
        long size = file.checkpoint().size();
        return new ToldCase(
                file.call().id().ulid(),
                VisibleText.of(proposed.tool()),
                List.copyOf(facts),
                end(file.call().result()),
                file.call().endedBelow(size),
                file.complete(),
                size,
                steps,
                details);
    }

    private static List<Line> who(ProposedCall proposed) {
        return List.of(
                new Line("Who called", VisibleText.of(proposed.run().principal())),
                new Line("Session", VisibleText.of(proposed.run().session())),
                new Line("Run", VisibleText.of(proposed.run().run())));
    }

    private static String end(StatedResult result) {
        return result.outcome() == null
                ? "Its end is not in the log yet. Load the page again."
                : result.outcome() + " (" + result.code() + ")";
    }

    private static void disclose(Told told, Map<Digest, Detail> kept, List<Line> lines) {
        switch (told.statement().predicate()) {
            case ToolProposed p -> disclose("Arguments", words(kept, p.args().digest()), lines);
            case ToolExecuted p ->
                p.outputs()
                        .forEach(output -> disclose(
                                output.name(), words(kept, output.detail().digest()), lines));
            // Reasons are told with their answers; prompts and explanations are in the bundle.
            case ApprovalRequested _, ApprovalResolved _, ExecutionPermit _, Audit _ -> {}
        }
    }

    private static void disclose(String label, String words, List<Line> lines) {
        if (!words.isEmpty()) {
            lines.add(new Line(label, VisibleText.of(words)));
        }
    }

    private static String words(Map<Digest, Detail> kept, Digest digest) {
        Detail detail = kept.get(digest);
        return detail == null ? "" : new String(detail.content(), StandardCharsets.UTF_8);
    }

    /** What the marks on the page stand for: the characters' names by their marks. */
    public Map<String, String> marks() {
        return VisibleText.marks(Stream.of(
                        Stream.of(tool),
                        facts.stream().map(Line::text),
                        steps.stream().map(Step::text),
                        details.stream().map(Line::text))
                .flatMap(texts -> texts));
    }
}
