package dev.sallyport.policy.rehearsal.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.rehearsal.Replay;
import dev.sallyport.policy.rehearsal.WhatIf;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.Problem.FieldError;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.json.JsonRefusedException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What policies would decide. */
@RestController
class RehearsalController {
    private static final String SET = "baseline|[0-9a-f]{64}";
    private static final String NO_SET = "must be the digest of a policy set, or baseline";
    private static final String TEXT = "[^\\x00\\p{Cs}]*";
    private static final String NOT_TEXT = "must not have NUL nor half of a surrogate pair";
    private static final Duration LONGEST_PERIOD = Duration.ofDays(366);

    private final WhatIf whatIf;
    private final Replay replay;
    private final Clock clock;

    RehearsalController(WhatIf whatIf, Replay replay, Clock clock) {
        this.whatIf = whatIf;
        this.replay = replay;
        this.clock = clock;
    }

    record Question(
            @Nullable @Pattern(regexp = SET, message = NO_SET)
            String set,

            @NotNull
            @Pattern(
                    regexp = "(agent|person|service):[a-z0-9][a-z0-9._-]{0,62}",
                    message = "must be agent:NAME, person:NAME or service:NAME")
            String principal,

            @NotNull @Size(min = 1, max = 128) @Pattern(regexp = TEXT, message = NOT_TEXT)
            String tool,

            @Nullable ObjectNode arguments,

            @Nullable @Size(max = 64) @Pattern(regexp = TEXT, message = NOT_TEXT)
            String channel,

            @Nullable @Size(min = 1, max = 128) @Pattern(regexp = TEXT, message = NOT_TEXT)
            String sessionId,

            @Nullable @Size(min = 1, max = 128) @Pattern(regexp = TEXT, message = NOT_TEXT)
            String runId,

            @Nullable @Size(max = 32) List<@NotNull @Pattern(regexp = "[a-z0-9][a-z0-9._/-]{0,127}") String> secrets,

            @Nullable @Size(max = 64) List<@NotNull @Size(max = 253) @Pattern(regexp = TEXT) String> egressHosts) {}

    record Answer(String set, String outcome, String code, ObjectNode explanation) {}

    record Period(
            @NotNull @Pattern(regexp = SET, message = NO_SET)
            String set,

            @Nullable @Pattern(regexp = SET, message = NO_SET)
            String against,

            @Nullable Instant from,
            @Nullable Instant to,

            @Nullable @Pattern(regexp = "[0-9A-HJKMNP-TV-Z]{26}", message = "must be the `next` of an earlier answer")
            String after) {}

    record ReplayAnswer(
            String set,
            String against,
            Instant from,
            Instant to,
            int decisions,
            int failed,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next,

            List<Replay.Flip> flips,
            Map<String, Integer> approvers,
            List<Replay.Changed> changed) {}

    /**
     * Says what would be decided about a call that nobody has proposed.
     *
     * <p>Nothing is stored and no budget is used.
     */
    @PostMapping("/v1/what-if")
    @Requires(Permission.POLICY_READ)
    Answer whatIf(Caller caller, @Valid @RequestBody Question question) {
        WhatIf.Answer answer;
        try {
            answer = whatIf.ask(
                    question.set(),
                    new WhatIf.Question(
                            caller.principalOrRefuse().workspaceId(),
                            question.principal(),
                            question.tool(),
                            Objects.requireNonNullElseGet(question.arguments(), JsonNodeFactory.instance::objectNode),
                            Objects.requireNonNullElse(question.channel(), "api"),
                            Objects.requireNonNullElse(question.sessionId(), "default"),
                            Objects.requireNonNullElse(question.runId(), "what-if"),
                            Objects.requireNonNullElse(question.secrets(), List.of()),
                            Objects.requireNonNullElse(question.egressHosts(), List.of())));
        } catch (ToolArgumentsException e) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_ARGUMENTS",
                    "The arguments do not fit the schema of the tool; `GET /v1/tools/{name}` shows it.",
                    e.violations().stream()
                            .map(violation -> new FieldError("arguments" + violation.pointer(), violation.detail()))
                            .toList(),
                    e);
        } catch (JsonRefusedException e) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "The arguments are not what a call may have.",
                    "arguments" + e.pointer(),
                    String.valueOf(e.getMessage()));
        }
        PolicyExplanation explanation = answer.explanation();
        return new Answer(
                answer.set(),
                explanation.code().outcome().wire(),
                explanation.code().name(),
                StatementJson.tree(explanation));
    }

    /**
     * Decides the recorded requests of a period again on another policy set, and says what would come out otherwise.
     *
     * <p>The period is the last 7 days unless the request says otherwise, and at most 366 days. {@code next} of an
     * answer is the {@code after} that goes on.
     */
    @PostMapping("/v1/replay")
    @Requires({Permission.POLICY_READ, Permission.PROPOSAL_READ_ALL})
    ReplayAnswer replay(Caller caller, @Valid @RequestBody Period period) {
        Instant to = Objects.requireNonNullElseGet(period.to(), clock::instant);
        Instant from = Objects.requireNonNullElseGet(period.from(), () -> to.minus(Duration.ofDays(7)));
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST_PERIOD) > 0) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "The period begins before it ends, and is at most 366 days long.",
                    "from",
                    "must be before `to`, by at most 366 days");
        }
        Replay.Report report = replay.run(
                caller.principalOrRefuse().workspaceId(), period.set(), period.against(), from, to, period.after());
        return new ReplayAnswer(
                report.set(),
                report.against(),
                from,
                to,
                report.decisions(),
                report.failed(),
                report.next(),
                report.flips(),
                report.approvers(),
                report.changed());
    }
}
