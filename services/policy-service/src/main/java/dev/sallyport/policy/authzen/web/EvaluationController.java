package dev.sallyport.policy.authzen.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.sallyport.policy.authzen.AccessDecisions;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenID AuthZEN Authorization API 1.0: access evaluation, access evaluations, and the metadata that names both. Members
 * that the standard does not know are ignored, as it demands; properties and context are read by nobody.
 */
@RestController
class EvaluationController {
    private static final int MOST_EVALUATIONS = 100;

    private final AccessDecisions decisions;
    private final PublicConnectorProperties connector;

    EvaluationController(AccessDecisions decisions, PublicConnectorProperties connector) {
        this.decisions = decisions;
        this.connector = connector;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entity(
            @NotBlank String type,
            @NotBlank String id,
            @Nullable ObjectNode properties) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Action(@NotBlank String name, @Nullable ObjectNode properties) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Evaluation(
            @NotNull @Valid Entity subject,
            @NotNull @Valid Action action,
            @NotNull @Valid Entity resource,
            @Nullable ObjectNode context) {
        Question question() {
            return new Question(subject.type(), subject.id(), action.name(), resource.type(), resource.id());
        }
    }

    /** One of several; what it leaves out is what the request says for all. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Item(
            @Nullable @Valid Entity subject,
            @Nullable @Valid Action action,
            @Nullable @Valid Entity resource,
            @Nullable ObjectNode context) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Options(@Nullable String evaluationsSemantic) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Batch(
            @Nullable @Valid Entity subject,
            @Nullable @Valid Action action,
            @Nullable @Valid Entity resource,
            @Nullable ObjectNode context,
            @Nullable @Size(max = MOST_EVALUATIONS) List<@Valid Item> evaluations,
            @Nullable Options options) {}

    record Context(
            String code, List<String> rules, @Nullable String policySet) {}

    record Answer(boolean decision, Context context) {}

    record Answers(List<Answer> evaluations) {}

    /** When to stop looking at further evaluations of a batch. The constants' names in lower case are the wire names. */
    private enum Semantic {
        EXECUTE_ALL,
        DENY_ON_FIRST_DENY,
        PERMIT_ON_FIRST_PERMIT;

        static Semantic of(@Nullable Options options) {
            String asked = options == null ? null : options.evaluationsSemantic();
            return switch (asked) {
                case null -> EXECUTE_ALL;
                case "execute_all" -> EXECUTE_ALL;
                case "deny_on_first_deny" -> DENY_ON_FIRST_DENY;
                case "permit_on_first_permit" -> PERMIT_ON_FIRST_PERMIT;
                default ->
                    throw invalid(
                            "options.evaluations_semantic",
                            "must be execute_all, deny_on_first_deny or permit_on_first_permit");
            };
        }

        boolean endsWith(Answer answer) {
            return switch (this) {
                case EXECUTE_ALL -> false;
                case DENY_ON_FIRST_DENY -> !answer.decision();
                case PERMIT_ON_FIRST_PERMIT -> answer.decision();
            };
        }
    }

    /** Decides one access request (OpenID AuthZEN Authorization API 1.0). */
    @PostMapping("/access/v1/evaluation")
    @FleetOnly
    @Requires(Permission.POLICY_READ)
    Answer evaluate(Caller caller, @Valid @RequestBody Evaluation evaluation) {
        return decide(caller, evaluation.question());
    }

    /**
     * Decides several access requests (OpenID AuthZEN Authorization API 1.0).
     *
     * <p>Without {@code evaluations} it is the one that the request itself asks.
     */
    @PostMapping("/access/v1/evaluations")
    @FleetOnly
    @Requires(Permission.POLICY_READ)
    Object evaluateAll(Caller caller, @Valid @RequestBody Batch batch) {
        Semantic semantic = Semantic.of(batch.options());
        List<Item> items = batch.evaluations();
        if (items == null || items.isEmpty()) {
            return decide(caller, question(batch, new Item(null, null, null, null), ""));
        }
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            questions.add(question(batch, items.get(i), "evaluations[" + i + "]."));
        }
        List<Answer> answers = new ArrayList<>();
        for (Question question : questions) {
            Answer answer = decide(caller, question);
            answers.add(answer);
            if (semantic.endsWith(answer)) {
                break;
            }
        }
        return new Answers(answers);
    }

    /** Says where the endpoints of OpenID AuthZEN are. */
    @GetMapping("/.well-known/authzen-configuration")
    @OpenEndpoint(value = "it says where the endpoints are, which everybody may know", internalToo = true)
    Map<String, String> metadata() {
        String base = connector.baseUrl();
        return Map.of(
                "policy_decision_point", base,
                "access_evaluation_endpoint", base + "/access/v1/evaluation",
                "access_evaluations_endpoint", base + "/access/v1/evaluations");
    }

    /** The standard answers 400 to everything that is no request of its form, also where HTTP has a word of its own. */
    @ExceptionHandler
    ResponseEntity<Object> onAnotherType(HttpMediaTypeNotSupportedException e) {
        return Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "INVALID_REQUEST",
                        "Send a JSON document: Content-Type: application/json.")
                .asResponse();
    }

    private Answer decide(Caller caller, Question question) {
        Principal asker = caller.principal();
        AccessDecisions.Answer answer = decisions.decide(question, asker == null ? null : asker.workspaceId());
        return new Answer(answer.permitted(), new Context(answer.code(), answer.rules(), answer.policySet()));
    }

    private static Question question(Batch batch, Item item, String path) {
        Entity subject = either(item.subject(), batch.subject(), path + "subject");
        Action action = either(item.action(), batch.action(), path + "action");
        Entity resource = either(item.resource(), batch.resource(), path + "resource");
        return new Question(subject.type(), subject.id(), action.name(), resource.type(), resource.id());
    }

    private static <T> T either(@Nullable T own, @Nullable T common, String field) {
        if (own != null) {
            return own;
        }
        if (common == null) {
            throw invalid(field, "must not be null");
        }
        return common;
    }

    private static ProblemException invalid(String field, String wrong) {
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "INVALID_REQUEST",
                "Some fields are missing or wrong. See errors.",
                field,
                wrong);
    }
}
