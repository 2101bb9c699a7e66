package dev.sallyport.policy.authzen.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.sallyport.policy.authzen.AccessDecisions;
import dev.sallyport.policy.authzen.AccessDecisions.Act;
import dev.sallyport.policy.authzen.AccessDecisions.Party;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.web.FeatureGate;
import dev.sallyport.policy.limit.RequestRates;
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
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenID AuthZEN Authorization API 1.0: access evaluation, access evaluations, and the metadata that names both. Members
 * that the standard does not know are ignored, as it demands.
 */
@RestController
class EvaluationController {
    private static final int MOST_EVALUATIONS = 100;

    private final AccessDecisions decisions;
    private final PublicConnectorProperties connector;
    private final RequestRates rates;
    private final FeatureGate features;

    EvaluationController(
            AccessDecisions decisions, PublicConnectorProperties connector, RequestRates rates, FeatureGate features) {
        this.decisions = decisions;
        this.connector = connector;
        this.rates = rates;
        this.features = features;
    }

    /** A subject or resource, or the part of one that the request's own completes. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entity(
            @JsonDeserialize(using = JsonText.class) @Nullable
            String type,

            @JsonDeserialize(using = JsonText.class) @Nullable
            String id,

            @Nullable ObjectNode properties) {
        /** It replaces the request's own as a whole, but for type and id, which it may leave out. */
        private static @Nullable Entity either(@Nullable Entity own, @Nullable Entity common) {
            return own == null || common == null
                    ? own == null ? common : own
                    : new Entity(
                            own.type == null ? common.type : own.type,
                            own.id == null ? common.id : own.id,
                            own.properties);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Action(
            @JsonDeserialize(using = JsonText.class) @Nullable
            String name,

            @Nullable ObjectNode properties) {}

    /** A question, or one of several; what that leaves out is what the request says for all. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Evaluation(
            @Nullable Entity subject,
            @Nullable Action action,
            @Nullable Entity resource,
            @Nullable ObjectNode context) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Options(
            @JsonDeserialize(using = JsonText.class) @Nullable
            String evaluationsSemantic) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Batch(
            @Nullable Entity subject,
            @Nullable Action action,
            @Nullable Entity resource,
            @Nullable ObjectNode context,
            @Nullable @Size(max = MOST_EVALUATIONS) List<@NotNull Evaluation> evaluations,
            @Nullable Options options) {
        Evaluation common() {
            return new Evaluation(subject, action, resource, context);
        }
    }

    /** How to title a button that asks a human, for programs that show one. */
    record Display(String title, String description) {}

    /** That a human may lift the denial, and where to ask (Access Request and Approval Profile, draft 1). */
    record AccessRequest(String endpoint, Instant expiresAt, Display display) {}

    record Approval(String id, Instant approvedUntil) {}

    record Context(
            String code,
            List<String> rules,
            @Nullable String policySet,
            @Nullable String missing,
            @Nullable String reason,
            @Nullable String evaluationId,
            @Nullable Instant evaluatedAt,
            @Nullable AccessRequest accessRequest,
            @Nullable Approval approval) {
        static Context missing(String member) {
            return new Context("INVALID_REQUEST", List.of(), null, member, null, null, null, null, null);
        }
    }

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
    @Requires(value = Permission.POLICY_READ, or = Permission.PROPOSAL_SUBMIT)
    Answer evaluate(Caller caller, @Valid @RequestBody Evaluation evaluation) {
        requireFeature(caller);
        return decideOrRefuse(caller, evaluation);
    }

    /**
     * Decides several access requests (OpenID AuthZEN Authorization API 1.0).
     *
     * <p>Without {@code evaluations} it is the one that the request itself asks.
     */
    @PostMapping("/access/v1/evaluations")
    @FleetOnly
    @Requires(value = Permission.POLICY_READ, or = Permission.PROPOSAL_SUBMIT)
    Object evaluateAll(Caller caller, @Valid @RequestBody Batch batch) {
        requireFeature(caller);
        Semantic semantic = Semantic.of(batch.options());
        List<Evaluation> items = batch.evaluations();
        if (items == null || items.isEmpty()) {
            return decideOrRefuse(caller, batch.common());
        }
        Principal asker = caller.principal();
        if (asker != null && RequestRates.isLimited(asker)) {
            // Each question counts like a request of its own; the first one was counted with this request.
            rates.count(asker, items.size() - 1);
        }
        List<Answer> answers = new ArrayList<>();
        for (Evaluation item : items) {
            Answer answer = decide(caller, completed(item, batch.common()));
            answers.add(answer);
            if (semantic.endsWith(answer)) {
                break;
            }
        }
        return new Answers(answers);
    }

    /** Services of the fleet ask for themselves; everybody else asks where the workspace has opened the door. */
    private void requireFeature(Caller caller) {
        Principal asker = caller.principal();
        if (asker != null) {
            features.require(asker, Feature.AUTHZEN);
        }
    }

    /** Where decisions are asked for, and what else this decision point does. */
    record Metadata(
            String policyDecisionPoint,
            String accessEvaluationEndpoint,
            String accessEvaluationsEndpoint,
            String accessRequestEndpoint,
            List<String> capabilities) {}

    /** Says where the endpoints of OpenID AuthZEN are. */
    @GetMapping("/.well-known/authzen-configuration")
    @OpenEndpoint(value = "it says where the endpoints are, which everybody may know", internalToo = true)
    Metadata metadata() {
        String base = connector.baseUrl();
        return new Metadata(
                base,
                base + "/access/v1/evaluation",
                base + "/access/v1/evaluations",
                base + AccessRequestController.PATH,
                List.of("urn:openid:authzen:capability:access-request"));
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

    /** A question by itself that lacks something is refused; among several it is a denial, and the others are answered. */
    private Answer decideOrRefuse(Caller caller, Evaluation evaluation) {
        String missing = missing(evaluation);
        if (missing != null) {
            throw invalid(missing, "must be there, and not blank");
        }
        return decide(caller, evaluation);
    }

    private Answer decide(Caller caller, Evaluation evaluation) {
        String missing = missing(evaluation);
        if (missing != null) {
            return new Answer(false, Context.missing(missing));
        }
        AccessDecisions.Answer answer = decisions.decide(question(evaluation), caller.principal());
        return new Answer(answer.permitted(), context(answer));
    }

    private Context context(AccessDecisions.Answer answer) {
        AccessDecisions.Denial denial = answer.denial();
        AccessDecisions.Approval approval = answer.approval();
        return new Context(
                answer.code(),
                answer.rules(),
                answer.policySet(),
                answer.wrong(),
                denial == null ? null : answer.code(),
                denial == null ? null : denial.evaluationId(),
                denial == null ? null : denial.at(),
                denial == null
                        ? null
                        : new AccessRequest(
                                connector.baseUrl() + AccessRequestController.PATH,
                                denial.until(),
                                new Display("Ask a person", "A person may allow this call.")),
                approval == null ? null : new Approval(approval.id(), approval.until()));
    }

    private static Evaluation completed(Evaluation item, Evaluation common) {
        return new Evaluation(
                Entity.either(item.subject(), common.subject()),
                item.action() == null ? common.action() : item.action(),
                Entity.either(item.resource(), common.resource()),
                item.context() == null ? common.context() : item.context());
    }

    /** The first member that a question needs and that is not there; null when it is complete. */
    static @Nullable String missing(Evaluation evaluation) {
        Action action = evaluation.action();
        String ofSubject = missing("subject", evaluation.subject());
        if (ofSubject != null) {
            return ofSubject;
        }
        if (action == null) {
            return "action";
        }
        return isBlank(action.name()) ? "action.name" : missing("resource", evaluation.resource());
    }

    private static @Nullable String missing(String field, @Nullable Entity entity) {
        if (entity == null) {
            return field;
        }
        return isBlank(entity.type()) ? field + ".type" : isBlank(entity.id()) ? field + ".id" : null;
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** The question of a complete evaluation. */
    static Question question(Evaluation complete) {
        Action action = Objects.requireNonNull(complete.action());
        return new Question(
                party(complete.subject()),
                new Act(Objects.requireNonNull(action.name()), action.properties()),
                party(complete.resource()),
                complete.context());
    }

    private static Party party(@Nullable Entity complete) {
        Entity entity = Objects.requireNonNull(complete);
        return new Party(
                Objects.requireNonNull(entity.type()), Objects.requireNonNull(entity.id()), entity.properties());
    }

    static ProblemException invalid(String field, String wrong) {
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "INVALID_REQUEST",
                "Some fields are missing or wrong. See errors.",
                field,
                wrong);
    }
}
