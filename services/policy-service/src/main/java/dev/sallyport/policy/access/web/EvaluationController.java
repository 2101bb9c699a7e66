package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.statements.predicate.RuleRef;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * OpenID AuthZEN Authorization API 1.0, evaluation of one administrative action in a workspace. The subject's roles are
 * looked up here; what the caller says about them in properties or context is never read.
 */
@RestController
class EvaluationController {
    private final PolicyEngine engine;
    private final LocalIntrospector introspector;

    EvaluationController(PolicyEngine engine, LocalIntrospector introspector) {
        this.engine = engine;
        this.introspector = introspector;
    }

    record Entity(
            @NotBlank String type,
            @NotBlank String id,
            @Nullable Map<String, Object> properties) {}

    record Action(@NotBlank String name, @Nullable Map<String, Object> properties) {}

    record Evaluation(
            @NotNull @Valid Entity subject,
            @NotNull @Valid Action action,
            @NotNull @Valid Entity resource,
            @Nullable Map<String, Object> context) {}

    record Context(
            String code, List<String> rules, @Nullable String policySet) {}

    record Answer(boolean decision, Context context) {}

    @PostMapping("/access/v1/evaluation")
    @FleetOnly
    @Requires(Permission.POLICY_READ)
    Answer evaluate(Caller caller, @Valid @RequestBody Evaluation evaluation) {
        String workspace = evaluation.resource().id();
        boolean foreign = caller instanceof Caller.Bearer(Principal own, boolean session)
                && !own.workspaceId().equals(workspace);
        Optional<Principal> subject = foreign || !evaluation.resource().type().equals("workspace")
                ? Optional.empty()
                : introspector.byName(evaluation.subject().id(), workspace);
        Optional<Role> role = subject.flatMap(known -> Role.mightiest(known.roles()));
        if (subject.isEmpty() || role.isEmpty()) {
            return new Answer(false, new Context("SUBJECT_UNKNOWN", List.of(), null));
        }
        ToolDecision decision = engine.decide(
                PolicyRequest.administrative(
                        subject.get().name(), evaluation.action().name(), workspace),
                PolicyRequestContext.administrative(
                        workspace,
                        role.get().wire(),
                        subject.get().kind().name().toLowerCase(Locale.ROOT)));
        return new Answer(
                decision.allowed(),
                new Context(
                        decision.code().name(),
                        decision.rules().stream().map(RuleRef::id).toList(),
                        decision.policySetVersion() == null
                                ? null
                                : decision.policySetVersion().hex()));
    }
}
