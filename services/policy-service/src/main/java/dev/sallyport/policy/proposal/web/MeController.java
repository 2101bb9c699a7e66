package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.proposal.admission.RunDefaults;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.statements.RunKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tells a caller who it is here, what it may do, and what its run has left. */
@RestController
class MeController {
    private final RunBudgets budgets;
    private final ToolCallConfigs configs;
    private final Clock clock;

    MeController(RunBudgets budgets, ToolCallConfigs configs, Clock clock) {
        this.budgets = budgets;
        this.configs = configs;
        this.clock = clock;
    }

    record Token(String tokenId, @Nullable Instant expiresAt) {}

    record Budget(String sessionId, String runId, int maxCallsPerRun, long callsLeft, long denialsLeft) {}

    record Me(
            String principal,
            String kind,
            String workspaceId,
            List<String> roles,
            List<String> permissions,
            List<String> channels,
            List<String> accountable,
            @Nullable String device,
            @Nullable Token token,
            Budget budget) {}

    /**
     * Tells a caller who it is here, what it may do, and what its run has left.
     *
     * <p>Every role that is let in has {@code proposal.read}; only a token confined by scopes may lack it.
     *
     * @param sessionId the session; left out, the default one
     * @param runId the run; left out, the default one
     */
    @GetMapping("/v1/me")
    @Requires(Permission.PROPOSAL_READ)
    Me me(
            Caller caller,
            @RequestParam(name = "session_id", required = false) @Nullable String sessionId,
            @RequestParam(name = "run_id", required = false) @Nullable String runId) {
        Principal me = caller.principalOrRefuse();
        String tokenId = me.tokenId();
        return new Me(
                me.name(),
                me.kind().name().toLowerCase(Locale.ROOT),
                me.workspaceId(),
                me.roles().stream().sorted().toList(),
                me.permissions().stream().map(Permission::code).sorted().toList(),
                me.channels(),
                me.accountable(),
                me.device(),
                tokenId == null ? null : new Token(tokenId, me.expiresAt()),
                budget(RunDefaults.of(me, sessionId, runId, clock.instant())));
    }

    private Budget budget(RunKey run) {
        int most = configs.current(run.workspaceId()).maxCallsPerRun();
        RunBudgets.Left left = budgets.left(run, most);
        return new Budget(run.session(), run.run(), most, left.calls(), left.denials());
    }
}
