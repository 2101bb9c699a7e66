package dev.sallyport.approval.grant;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares calls by their arguments and by what will hold them, without keeping any: by their HMAC under the workspace's key.
 */
@Component
public class Comparison {
    private final GrantTable table;
    private final WorkspaceKeys keys;

    Comparison(GrantTable table, WorkspaceKeys keys) {
        this.table = table;
        this.keys = keys;
    }

    /** What of a call is fixed by the pattern, as a grant keeps it; empty where the pattern is not about it. */
    Optional<byte[]> mac(String workspaceId, ArgumentPattern pattern, Prompt call) {
        return pattern.fixed(call).map(fixed -> keys.mac(workspaceId, fixed));
    }

    /**
     * Notes that people are asked about a call, so that it can be said later what a grant would have answered, and which
     * questions show the same.
     *
     * @param prompt what they are shown
     */
    public void asked(String workspaceId, String approvalId, ToolProposed call, Prompt prompt) {
        mac(workspaceId, ArgumentPattern.EXACT, prompt)
                .ifPresent(mac -> table.asked(
                        workspaceId,
                        approvalId,
                        call.proposal().principal(),
                        call.proposal().tool(),
                        call.proposal().session(),
                        mac,
                        keys.mac(workspaceId, withoutSession(prompt).write())));
    }

    private static Prompt withoutSession(Prompt prompt) {
        Prompt.Caller caller = prompt.caller();
        return new Prompt(
                prompt.summary(),
                prompt.tool(),
                prompt.skill(),
                new Prompt.Caller(caller.principal(), caller.channel(), "", ""),
                prompt.rules(),
                prompt.risk(),
                prompt.sandbox(),
                prompt.secrets(),
                prompt.rationale());
    }

    /**
     * What these questions show, by their ids: equal exactly where they show the same but for session and run. Without those
     * of which that is not known any more.
     */
    public Map<String, Digest> shown(String workspaceId, Collection<String> approvalIds) {
        return table.shown(workspaceId, approvalIds);
    }

    /**
     * How many calls of the last 30 days a grant without a pattern would have answered.
     *
     * @param session only calls of this session; empty for all
     * @param shown the call that is shown; null for a forgotten one, which is like no other
     */
    public Coverage covered(String workspaceId, String principal, String tool, String session, @Nullable Prompt shown) {
        return table.covered(
                workspaceId,
                principal,
                tool,
                session,
                Optional.ofNullable(shown)
                        .flatMap(call -> mac(workspaceId, ArgumentPattern.EXACT, call))
                        .orElse(new byte[0]));
    }

    /** Whether a pattern takes two calls for alike. */
    public boolean alike(ArgumentPattern pattern, Prompt shown, Prompt other) {
        return isAbout(pattern, shown) && pattern.fixed(shown).equals(pattern.fixed(other));
    }

    /** Whether a pattern can be about this call. */
    public boolean isAbout(ArgumentPattern pattern, Prompt call) {
        return pattern.fixed(call).isPresent();
    }
}
