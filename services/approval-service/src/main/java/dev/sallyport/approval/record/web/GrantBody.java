package dev.sallyport.approval.record.web;

import dev.sallyport.approval.grant.ArgumentPattern;
import dev.sallyport.approval.grant.ArgumentPattern.Choice;
import dev.sallyport.approval.grant.ArgumentPattern.Match;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says about further calls. What is left out is as the service's settings have it.
 *
 * @param lastsS for how many seconds they are answered
 * @param uses how many of them at most
 * @param open the arguments that may differ: {@code any:/args/1} for any text, {@code prefix:7:/args/1} for one that begins
 *     with the same 7 characters
 */
public record GrantBody(
        @Nullable Long lastsS,
        @Nullable Integer uses,
        @Nullable List<String> open) {
    private static final Pattern FORM = Pattern.compile("(?:(any)|prefix:([1-9][0-9]{0,6})):(/.*)", Pattern.DOTALL);

    /** Says nothing. */
    static final GrantBody NOTHING = new GrantBody(null, null, null);

    /**
     * The pattern that these words describe.
     *
     * @throws IllegalArgumentException for other words, as the rest of a sentence
     */
    public static ArgumentPattern pattern(@Nullable List<String> open) {
        return open == null
                ? ArgumentPattern.EXACT
                : new ArgumentPattern(open.stream()
                        .filter(word -> !word.isEmpty())
                        .map(GrantBody::choice)
                        .toList());
    }

    private static Choice choice(String word) {
        Matcher form = FORM.matcher(word);
        if (!form.matches()) {
            throw new IllegalArgumentException("names what may differ as `any:/args/1` or `prefix:7:/args/1`");
        }
        return form.group(1) == null
                ? new Choice(form.group(3), Match.PREFIX, Integer.parseInt(form.group(2)))
                : new Choice(form.group(3), Match.ANY, 0);
    }

    /** How a choice is written. */
    public static String word(Choice choice) {
        return choice.match() == Match.ANY
                ? choice.match().wire() + ":" + choice.argument()
                : choice.match().wire() + ":" + choice.length() + ":" + choice.argument();
    }

    /** A scope by its wire name; {@link IllegalArgumentException} for another word, as the rest of a sentence. */
    public static ApprovalScope scope(@Nullable String wire) {
        return wire == null
                ? ApprovalScope.ONCE
                : WireName.find(ApprovalScope.class, wire)
                        .orElseThrow(() -> new IllegalArgumentException("is `once`, `session` or `time`"));
    }
}
