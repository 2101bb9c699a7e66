package dev.sallyport.policy.proposal.flow;

import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The words of the person who denied a call, as whoever proposed it is told them: one line, and not a long one. */
final class DenialReason {
    static final int MOST_CHARACTERS = 500;

    /** Control and format characters: line breaks, NUL, and what turns the order of a line round. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\s]+");

    private DenialReason() {}

    /** The first reason that somebody gave; empty without one. */
    static String of(ApprovalResolved resolved, VerifiedRecord record) {
        return resolved.answers().stream()
                .filter(answer -> answer.answer() == Answer.DENIED)
                .map(ApproverAnswer::reason)
                .filter(Objects::nonNull)
                .map(record::detail)
                .flatMap(Optional::stream)
                .map(DenialReason::line)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }

    static String line(byte[] words) {
        String line = UNSEEN.matcher(new String(words, StandardCharsets.UTF_8))
                .replaceAll(" ")
                .strip();
        if (line.codePointCount(0, line.length()) <= MOST_CHARACTERS) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, MOST_CHARACTERS - 1)) + "…";
    }
}
