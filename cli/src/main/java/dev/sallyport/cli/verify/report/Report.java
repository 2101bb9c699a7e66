package dev.sallyport.cli.verify.report;

import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.story.Story;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All verdicts of one verification. A claim about which nothing was said counts as unchecked, never as true. */
public final class Report {
    private final List<Verdict> verdicts = new ArrayList<>();
    private List<Story.Line> story = List.of();
    private boolean ended;

    /** What the statements say, once each of them holds by itself. */
    public void tells(List<Story.Line> lines) {
        story = List.copyOf(lines);
    }

    /** What the statements say; empty where one of them does not hold. */
    public List<Story.Line> story() {
        return story;
    }

    /** Says that the claim fails in a way that leaves nothing else to check. */
    public void endsWith(Claim claim, String about, String message) {
        fails(claim, about, message);
        ended = true;
    }

    /** Whether nothing was checked after what failed. */
    public boolean ended() {
        return ended;
    }

    public void holds(Claim claim, String about) {
        verdicts.add(new Verdict(claim, Status.HOLDS, about, ""));
    }

    public void fails(Claim claim, String about, String message) {
        verdicts.add(new Verdict(claim, Status.FAILS, about, message));
    }

    public void unchecked(Claim claim, String about, String message) {
        verdicts.add(new Verdict(claim, Status.UNCHECKED, about, message));
    }

    public void noted(Claim claim, String about, String message) {
        verdicts.add(new Verdict(claim, Status.NOTED, about, message));
    }

    /** Says that the claim holds if the condition is true, and how it fails otherwise. */
    public boolean check(Claim claim, String about, boolean condition, String otherwise) {
        if (condition) {
            holds(claim, about);
        } else {
            fails(claim, about, otherwise);
        }
        return condition;
    }

    /** Every verdict in the order of the checks. */
    public List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** The worst that was found about each claim, in the order of the claims. */
    public Map<Claim, Status> summary() {
        Map<Claim, Status> summary = new EnumMap<>(Claim.class);
        for (Claim claim : Claim.values()) {
            summary.put(claim, summary(claim));
        }
        return summary;
    }

    private Status summary(Claim claim) {
        List<Status> found = verdicts.stream()
                .filter(verdict -> verdict.claim() == claim)
                .map(Verdict::status)
                .toList();
        if (found.contains(Status.FAILS)) {
            return Status.FAILS;
        }
        if (found.isEmpty() || found.contains(Status.UNCHECKED)) {
            return Status.UNCHECKED;
        }
        return found.contains(Status.NOTED) ? Status.NOTED : Status.HOLDS;
    }

    /** Whether no claim failed and none is left unchecked. */
    public boolean proven() {
        return summary().values().stream().allMatch(status -> status == Status.HOLDS || status == Status.NOTED);
    }
}
