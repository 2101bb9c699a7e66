package dev.sallyport.approval.grant;

import dev.sallyport.statements.predicate.ToolProposed;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Compares calls by their arguments, without keeping any: by their HMAC under the workspace's key. */
@Component
public class Comparison {
    private final GrantTable table;
    private final WorkspaceKeys keys;

    Comparison(GrantTable table, WorkspaceKeys keys) {
        this.table = table;
        this.keys = keys;
    }

    /** What of these arguments is fixed by the pattern, as a grant keeps it; empty where the pattern is not about them. */
    Optional<byte[]> mac(String workspaceId, ArgumentPattern pattern, JsonNode arguments) {
        return pattern.fixed(arguments).map(fixed -> keys.mac(workspaceId, fixed));
    }

    /** Notes that people are asked about a call, so that it can be said later what a grant would have answered. */
    public void asked(String workspaceId, String approvalId, ToolProposed call, JsonNode arguments) {
        mac(workspaceId, ArgumentPattern.EXACT, arguments)
                .ifPresent(mac -> table.asked(
                        workspaceId,
                        approvalId,
                        call.proposal().principal(),
                        call.proposal().tool(),
                        call.proposal().session(),
                        mac));
    }

    /**
     * How many calls of the last 30 days a grant without a pattern would have answered.
     *
     * @param session only calls of this session; empty for all
     * @param arguments of the call that is shown; those of a forgotten one are no object, and like no others
     */
    public Coverage covered(String workspaceId, String principal, String tool, String session, JsonNode arguments) {
        return table.covered(
                workspaceId,
                principal,
                tool,
                session,
                mac(workspaceId, ArgumentPattern.EXACT, arguments).orElse(new byte[0]));
    }

    /** Whether a pattern takes two calls for alike. */
    public boolean alike(ArgumentPattern pattern, JsonNode shown, JsonNode other) {
        return isAbout(pattern, shown) && pattern.fixed(shown).equals(pattern.fixed(other));
    }

    /** Whether a pattern can be about these arguments. */
    public boolean isAbout(ArgumentPattern pattern, JsonNode arguments) {
        return pattern.fixed(arguments).isPresent();
    }
}
