package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.budget.Limits;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.limit.RequestRates;
import dev.sallyport.policy.proposal.admission.RunDefaults;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tells a caller who it is here, what it may do, how often, and what its run and its hour have left. */
@RestController
class MeController {
    private final CallBudgets budgets;
    private final ToolCallConfigs configs;
    private final RequestRates rates;
    private final Clock clock;

    MeController(CallBudgets budgets, ToolCallConfigs configs, RequestRates rates, Clock clock) {
        this.budgets = budgets;
        this.configs = configs;
        this.rates = rates;
        this.clock = clock;
    }

    /**
     * The token or session that was shown.
     *
     * @param requestsPerMinute null where it has no limit of its own
     * @param certificate null where it counts by itself
     */
    record Token(
            String tokenId,
            @Nullable Instant expiresAt,
            @Nullable Integer requestsPerMinute,
            @Nullable String certificate) {}

    record Hour(int maxCallsPerHour, long callsLeft, long denialsLeft, Instant endsAt) {}

    record Budget(String sessionId, String runId, int maxCallsPerRun, long callsLeft, long denialsLeft, Hour hour) {}

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
            @Nullable Integer requestsPerMinute,
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
        Instant now = clock.instant();
        return new Me(
                me.name(),
                me.kind().name().toLowerCase(Locale.ROOT),
                me.workspaceId(),
                me.roles().stream().sorted().toList(),
                me.permissions().stream().map(Permission::code).sorted().toList(),
                me.channels(),
                me.accountable(),
                me.device(),
                token(me),
                RequestRates.isLimited(me) ? rates.ofPrincipal(me) : null,
                budget(CallerHour.of(RunDefaults.of(me, sessionId, runId, now), now)));
    }

    private static @Nullable Token token(Principal me) {
        String id = me.tokenId();
        int requests = me.terms().requestsPerMinute();
        SpiffeId certificate = me.terms().certificate();
        return id == null
                ? null
                : new Token(
                        id,
                        me.expiresAt(),
                        requests == 0 ? null : requests,
                        certificate == null ? null : certificate.toString());
    }

    private Budget budget(CallerHour caller) {
        RunKey run = caller.run();
        Limits limits = configs.current(run.workspaceId()).limits();
        CallBudgets.Left left = budgets.left(caller, limits);
        return new Budget(
                run.session(),
                run.run(),
                limits.callsPerRun(),
                left.calls(),
                left.denials(),
                new Hour(limits.callsPerHour(), left.callsOfHour(), left.denialsOfHour(), caller.end()));
    }
}
