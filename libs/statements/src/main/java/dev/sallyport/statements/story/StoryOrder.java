package dev.sallyport.statements.story;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order in which the statements of a call arose. Leaves lie in the order in which the log heard of them, and the
 * clocks of several machines differ: what a statement links to was there before it, whatever the clocks say.
 */
final class StoryOrder {
    private static final Comparator<Told> BY_TIME = Comparator.comparing(StoryOrder::at)
            .thenComparingInt(StoryOrder::step)
            .thenComparingLong(Told::index);

    private StoryOrder() {}

    static List<Told> of(List<Told> statements) {
        List<Told> left = new ArrayList<>(statements.stream().sorted(BY_TIME).toList());
        Set<Digest> untold = left.stream().map(Told::digest).collect(Collectors.toCollection(HashSet::new));
        List<Told> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Told next = left.stream()
                    .filter(told -> links(told).noneMatch(untold::contains))
                    .findFirst()
                    // Links in a circle cannot be signed; nothing may be left untold because of them all the same.
                    .orElse(left.getFirst());
            left.remove(next);
            untold.remove(next.digest());
            ordered.add(next);
        }
        return ordered;
    }

    private static Stream<Digest> links(Told told) {
        return told.statement().predicate().links().stream().map(Link::digest);
    }

    private static Instant at(Told told) {
        return told.statement().predicate().issued().at();
    }

    /** Statements of the same millisecond are told in the order of a call's steps. */
    private static int step(Told told) {
        return switch (told.statement().predicate()) {
            case ToolProposed _ -> 0;
            case ApprovalRequested _ -> 1;
            case ApprovalResolved _ -> 2;
            case ExecutionPermit _ -> 3;
            case Audit audit when audit.started() != null -> 4;
            case ToolExecuted _ -> 5;
            case Audit audit when audit.ended() != null -> 7;
            case Audit _ -> 6;
        };
    }
}
