package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.Waiting;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What became of a call, in words for a model or a person that knows nothing of this product: what happened, and what
 * to do now.
 *
 * @param text one or two sentences
 * @param toAllow what would make a denied call allowed, one sentence each; empty for other calls
 */
record CallMessage(String text, List<String> toAllow) {
    private static final String DENIED_BY_APPROVER = "DENIED_BY_APPROVER";
    private static final String APPROVAL_TIMED_OUT = "APPROVAL_TIMED_OUT";
    private static final String OUTPUT_INVALID = "OUTPUT_INVALID";

    private static final List<String> AFTER_A_DENIAL =
            List.of("Propose another call that meets the person's objection, or ask whoever you work for.");

    private static final List<String> AFTER_A_TIMEOUT = List.of(
            "Tell whoever you work for that an approval is needed. Propose the call again when somebody can answer.");

    /** A failed tool's own words are in the result, whole. */
    private static final int MOST_DETAIL = 300;

    /**
     * The message of a call.
     *
     * @param explanation why it was decided so; missing where that is not known any more
     * @param result what came out; missing where nothing did
     * @param asked whether people have the question about it
     */
    static CallMessage of(CallView view, JsonNode explanation, JsonNode result, boolean asked) {
        Call call = view.call();
        Progress progress = call.progress();
        Progress.End end = progress.end();
        if (end == null) {
            return new CallMessage(open(call, asked), List.of());
        }
        if (end.outcome() != CallOutcome.DENIED) {
            return new CallMessage(ended(end.outcome(), String.valueOf(progress.code()), result), List.of());
        }
        List<String> toAllow = toAllow(progress, explanation);
        String what = denied(view, explanation);
        return new CallMessage(toAllow.isEmpty() ? what : what + " " + toAllow.getFirst(), toAllow);
    }

    private static String open(Call call, boolean asked) {
        String again = " Ask again with GET " + ProposalAnswers.path(call.id()) + "?wait=30.";
        return switch (call.progress().phase()) {
            case DECIDE -> "The call is being decided." + again;
            case APPROVE ->
                (asked
                                ? "The call waits for a person's approval until "
                                        + call.progress().asked().expiresAt() + "."
                                : "A person must approve the call; the question is on its way.")
                        + again;
            case QUEUE ->
                call.progress().waiting().map(Waiting::message).orElse("The call is allowed and starts soon.") + again;
            case RUN -> "The call is running." + again;
            case DONE -> throw new IllegalStateException("a call that has ended is not open");
        };
    }

    private static String ended(CallOutcome outcome, String code, JsonNode result) {
        return switch (outcome) {
            case SUCCEEDED -> "The call succeeded.";
            case FAILED ->
                code.equals(OUTPUT_INVALID)
                        ? "The program succeeded, but its output is not what the tool declares; `output_errors` says where."
                                + " Take `stdout` for text that nobody vouches for."
                        : result.has("exit_code")
                                ? "The program ended with exit code "
                                        + result.path("exit_code").asString() + "; stderr may say why."
                                : "The tool failed (" + code + ")" + detail(result);
            case REFUSED -> "Nothing ran: the executor node refused the call (" + code + ")" + detail(result);
            case EXPIRED -> "Nothing ran: no executor node took the call in time. Propose it again later.";
            case CANCELLED -> "The call was stopped (" + code + "). Propose it again only if it is still wanted.";
            case TIMED_OUT -> "The call was ended at its time limit. Propose less work in one call.";
            case QUOTA_EXCEEDED -> "The call was ended at a limit (" + code + "). Propose less work in one call.";
            case SANDBOX_VIOLATION -> "The call was ended since it did what its sandbox forbids (" + code + ").";
            case INDETERMINATE ->
                "The call started, and nobody knows how it ended. Look at its effects before you propose it again.";
            case ABANDONED -> "The call was given up, since it rests on a revoked key. Propose it again.";
            case DENIED -> throw new IllegalStateException("a denial has words of its own");
        };
    }

    private static String detail(JsonNode result) {
        String detail = result.path("value").path("detail").asString("");
        return detail.isEmpty()
                ? "."
                : ": " + (detail.length() > MOST_DETAIL ? detail.substring(0, MOST_DETAIL) + "…" : detail);
    }

    private static String denied(CallView view, JsonNode explanation) {
        String code = String.valueOf(view.call().progress().code());
        if (code.equals(DENIED_BY_APPROVER)) {
            String reason = view.denialReason();
            return reason == null
                    ? "A person denied the call. Do not propose it again unchanged."
                    : "A person denied the call with these words: \"" + reason
                            + "\". Do not propose it again unchanged.";
        }
        if (code.equals(APPROVAL_TIMED_OUT)) {
            return "Nobody answered in time whether the call may run, so it was denied.";
        }
        return reason(explanation)
                .map(reason -> "The call was denied (" + code + "): " + reason)
                .orElseGet(() -> sentence(view.call(), code));
    }

    /** The words of the first rule that denied. */
    private static Optional<String> reason(JsonNode explanation) {
        return Optional.of(explanation
                        .path("determining")
                        .path(0)
                        .path("annotations")
                        .path("reason")
                        .asString(""))
                .filter(reason -> !reason.isEmpty());
    }

    /** Where no rule denied, or its words are not known any more. */
    private static String sentence(Call call, String code) {
        String why = Arrays.stream(DecisionCode.values())
                .filter(each -> each.name().equals(code))
                .findFirst()
                .map(each -> why(each, call))
                .orElse("it is not allowed any more.");
        return "The call was denied (" + code + "): " + why;
    }

    private static String why(DecisionCode code, Call call) {
        return switch (code) {
            case UNKNOWN_TOOL -> "there is no tool `" + call.proposal().tool() + "`.";
            case TOOL_RETIRED -> "the tool `" + call.proposal().tool() + "` was retired.";
            case FROZEN -> "an operator has stopped calls like this one.";
            case EXECUTABLE_NOT_OFFERED -> "no executor node has this program.";
            case INTERPRETER_NOT_OPENED ->
                "this program runs code given to it or starts others, and the workspace does not open it as one that does.";
            case SECRETS_NOT_OFFERED -> "no executor node delivers secrets to tools.";
            case EGRESS_NOT_OFFERED -> "no executor node lets tools reach hosts.";
            case PATH_OUTSIDE_WORKSPACE -> "a path in the arguments leads out of the session's workspace.";
            case ARGUMENT_NOT_ALLOWED -> "an option in the arguments has effects that the arguments do not show.";
            case PROGRAM_SETTING_NOT_ALLOWED ->
                "the workspace does not let a call name this variable, or the folder that its program starts in.";
            case ARGUMENTS_TOO_LARGE -> "the arguments name more files than can be checked.";
            case SECRET_NOT_ALLOWED -> "a secret is named that does not exist or that the tool may not use.";
            case EGRESS_NOT_ALLOWED -> "a host is named that the tool may not reach.";
            case BUDGET_EXHAUSTED -> "this run has used all its calls.";
            case HOURLY_BUDGET_EXHAUSTED -> "you have used all your calls of this hour.";
            case TOO_MANY_PENDING -> "too many of your calls wait for people already.";
            case NO_APPROVER -> "a person would have to approve it, and nobody may.";
            case POLICY_ERROR, POLICY_UNAVAILABLE -> "the policy engine failed.";
            case SANDBOX_WEAKENED -> "it would be held less than the people were shown who approved it.";
            case POLICY_CHANGED -> "it is not allowed any more.";
            case ALLOWED,
                    SENSITIVE_NEEDS_APPROVAL,
                    SKILL_NOT_ENABLED,
                    NOT_ALLOWLISTED,
                    PRINCIPAL_NOT_ALLOWED,
                    CHANNEL_NOT_ALLOWED,
                    EXECUTABLE_NOT_ALLOWED,
                    FORBIDDEN,
                    DENIED_BY_DEFAULT -> "the policies do not permit it.";
        };
    }

    private static List<String> toAllow(Progress progress, JsonNode explanation) {
        return afterAnAnswer(progress)
                .orElseGet(() -> explanation
                        .path("to_allow")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList());
    }

    /** What helps once people have answered, or have not: the explanation is of the time before. */
    static Optional<List<String>> afterAnAnswer(Progress progress) {
        return switch (String.valueOf(progress.code())) {
            case DENIED_BY_APPROVER -> Optional.of(AFTER_A_DENIAL);
            case APPROVAL_TIMED_OUT -> Optional.of(AFTER_A_TIMEOUT);
            default -> Optional.empty();
        };
    }
}
