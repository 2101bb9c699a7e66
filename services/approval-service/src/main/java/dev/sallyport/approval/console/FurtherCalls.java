package dev.sallyport.approval.console;

import dev.sallyport.approval.grant.ArgumentPattern.Choice;
import dev.sallyport.approval.grant.ArgumentPattern.Match;
import dev.sallyport.approval.grant.Coverage;
import dev.sallyport.approval.record.question.Terms;
import dev.sallyport.approval.record.web.GrantBody;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What the page offers beyond this one call.
 *
 * @param session whether calls of the same session can be approved too
 * @param time whether calls of any session can be, for a time
 * @param denySession whether calls of the same session can be denied too
 * @param arguments the arguments that may be left open, each with the ways to do so
 */
record FurtherCalls(boolean session, boolean time, boolean denySession, List<OpenArgument> arguments) {
    /** Where a text can be cut so that its beginning means something. */
    private static final String ENDS = "/=:,;@ -_.";

    private static final int MOST_PREFIXES = 6;
    private static final int MOST_ARGUMENTS = 40;

    /** Another program would be another call. */
    private static final String PROGRAM = "/executable";

    /**
     * One argument.
     *
     * @param label as it is called above
     * @param ways how it may differ; the first is not at all
     */
    record OpenArgument(VisibleText label, List<Way> ways) {}

    /**
     * A way in which an argument may differ.
     *
     * @param word what the form sends; empty for not at all
     * @param inWords for the reader
     */
    record Way(String word, String inWords) {}

    static FurtherCalls of(Terms terms, JsonNode arguments) {
        List<OpenArgument> open = new ArrayList<>();
        if (terms.offer(Answer.APPROVED, ApprovalScope.SESSION) || terms.offer(Answer.APPROVED, ApprovalScope.TIME)) {
            add(open, "", "", arguments);
        }
        return new FurtherCalls(
                terms.offer(Answer.APPROVED, ApprovalScope.SESSION),
                terms.offer(Answer.APPROVED, ApprovalScope.TIME),
                terms.offer(Answer.DENIED, ApprovalScope.SESSION),
                List.copyOf(open));
    }

    private static void add(List<OpenArgument> open, String pointer, String label, JsonNode value) {
        if (open.size() >= MOST_ARGUMENTS) {
            return;
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                String name = member.getKey();
                add(
                        open,
                        pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        label.isEmpty() ? name : label + "." + name,
                        member.getValue());
            }
        } else if (value.isArray()) {
            for (int index = 0; index < value.size(); index++) {
                add(
                        open,
                        pointer + "/" + index,
                        (pointer.equals("/args") ? "argument" : label) + " " + (index + 1),
                        value.get(index));
            }
        } else if (value.isString() && !pointer.equals(PROGRAM)) {
            open.add(new OpenArgument(VisibleText.of(label), ways(pointer, value.stringValue())));
        }
    }

    private static List<Way> ways(String pointer, String value) {
        List<Way> ways = new ArrayList<>();
        ways.add(new Way("", "exactly this"));
        for (int at = value.length() - 1; at > 0 && ways.size() <= MOST_PREFIXES; at--) {
            if (ENDS.indexOf(value.charAt(at - 1)) >= 0) {
                String prefix = value.substring(0, at);
                ways.add(new Way(
                        GrantBody.word(new Choice(pointer, Match.PREFIX, prefix.codePointCount(0, prefix.length()))),
                        "begins with " + VisibleText.of(prefix).flat()));
            }
        }
        ways.add(new Way(GrantBody.word(new Choice(pointer, Match.ANY, 0)), "any text"));
        return List.copyOf(ways);
    }

    /** Whether there is anything to choose. */
    public boolean any() {
        return session || time || denySession;
    }

    /** How many earlier calls it would have answered, in words. */
    static String inWords(Coverage ofSession, Coverage ofAll) {
        String kept = ofAll.compared() == ofAll.calls()
                ? ""
                : " Compared are the " + ofAll.compared() + " whose arguments are still kept.";
        return "In the last 30 days people were asked about " + count(ofAll.calls())
                + " of this requester with this tool. For the session this would have answered " + ofSession.covered()
                + " of them, for any session " + ofAll.covered() + "." + kept;
    }

    private static String count(long calls) {
        return calls + (calls == 1 ? " call" : " calls");
    }
}
