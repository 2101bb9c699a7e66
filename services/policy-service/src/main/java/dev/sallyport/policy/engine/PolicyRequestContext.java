package dev.sallyport.policy.engine;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the service itself derived about a request. Nothing in it is taken from the caller's word. The name of the tool
 * is not here, unless it is a skill's: it is the request's resource, so the two cannot disagree.
 *
 * @param workspace workspace id
 * @param role the caller's role that counts for this request
 * @param principalKind person, agent or service
 * @param deviceId device of the caller, null without one
 * @param channelId channel of the call, empty for administrative actions
 * @param sessionId the client's session, empty for administrative actions
 * @param runId the client's run, empty for administrative actions
 * @param skill the skill that the tool is of, null for others
 * @param capabilities the tool's capabilities and those that the call adds (secrets, hosts)
 * @param sensitive whether the tool is marked sensitive or has any capability
 * @param allowlistedTool whether the workspace opened the tool
 * @param principalAllowed whether the workspace allows the principal to run tools
 * @param channelAllowed whether the workspace accepts the channel
 * @param executableAllowed whether the process runner policy names the executable
 * @param confined whether the call runs confined: it finds the workspace read-only and can start no second program
 * @param allowSensitiveTools whether the workspace lets sensitive tools run without a human
 * @param egressHosts hosts asked for
 * @param secrets names of secrets asked for
 * @param args typed attributes of the arguments
 * @param at when it is decided; policies see the hour and the day of the week in UTC
 */
public record PolicyRequestContext(
        String workspace,
        String role,
        String principalKind,
        @Nullable String deviceId,
        String channelId,
        String sessionId,
        String runId,
        @Nullable SkillFacts skill,
        Set<String> capabilities,
        boolean sensitive,
        boolean allowlistedTool,
        boolean principalAllowed,
        boolean channelAllowed,
        boolean executableAllowed,
        boolean confined,
        boolean allowSensitiveTools,
        Set<String> egressHosts,
        Set<String> secrets,
        ToolArguments args,
        Instant at) {
    /** Copies the sets. */
    public PolicyRequestContext {
        capabilities = Set.copyOf(capabilities);
        egressHosts = Set.copyOf(egressHosts);
        secrets = Set.copyOf(secrets);
    }

    /** The context of an administrative action. */
    public static PolicyRequestContext administrative(String workspace, String role, String principalKind) {
        return new PolicyRequestContext(
                workspace,
                role,
                principalKind,
                null,
                "",
                "",
                "",
                null,
                Set.of(),
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                Set.of(),
                Set.of(),
                ToolArguments.NONE,
                Instant.EPOCH);
    }

    /** The same at another moment. */
    PolicyRequestContext at(Instant moment) {
        return new PolicyRequestContext(
                workspace,
                role,
                principalKind,
                deviceId,
                channelId,
                sessionId,
                runId,
                skill,
                capabilities,
                sensitive,
                allowlistedTool,
                principalAllowed,
                channelAllowed,
                executableAllowed,
                confined,
                allowSensitiveTools,
                egressHosts,
                secrets,
                args,
                moment);
    }

    /** The attributes as policies see them, in a stable order: strings, booleans, longs, sorted lists, one record. */
    Map<String, Object> attributes(PolicyRequest request) {
        Map<String, Object> all = new TreeMap<>();
        all.put("workspace", workspace);
        all.put("role", role);
        all.put("principal_kind", principalKind);
        if (!request.isCall()) {
            return all;
        }
        putIfPresent(all, "device_id", deviceId);
        all.put("channel_id", channelId);
        all.put("session_id", sessionId);
        all.put("run_id", runId);
        all.put("tool_name", skill == null ? request.resource().id() : skill.tool());
        if (skill != null) {
            all.put("skill_id", skill.id());
            all.put("skill_digest", skill.digest());
            all.put("skill_status", skill.status());
        }
        all.put("capabilities", sorted(capabilities));
        all.put("is_sensitive_action", sensitive);
        all.put("is_allowlisted_tool", allowlistedTool);
        all.put("is_allowlisted_skill", skill != null && skill.allowlisted());
        all.put("is_principal_allowed", principalAllowed);
        all.put("is_channel_allowed", channelAllowed);
        all.put("is_executable_allowed", executableAllowed);
        all.put("is_confined", confined);
        all.put("allow_sensitive_tools", allowSensitiveTools);
        all.put("egress_hosts", sorted(egressHosts));
        all.put("secrets", sorted(secrets));
        Map<String, Object> arguments = new TreeMap<>();
        putIfPresent(arguments, "executable", args.executable());
        arguments.put("paths", sorted(args.paths()));
        arguments.put("protected_paths", sorted(args.protectedPaths()));
        arguments.put("hosts", sorted(args.hosts()));
        putIfPresent(arguments, "count", args.count());
        all.put("args", arguments);
        ZonedDateTime moment = at.atZone(ZoneOffset.UTC);
        Map<String, Object> time = new TreeMap<>();
        time.put("utc_hour", (long) moment.getHour());
        time.put("utc_weekday", (long) moment.getDayOfWeek().getValue());
        all.put("time", time);
        return all;
    }

    private static void putIfPresent(Map<String, Object> into, String key, @Nullable Object value) {
        if (value != null) {
            into.put(key, value);
        }
    }

    private static List<String> sorted(Set<String> values) {
        List<String> list = new ArrayList<>(values);
        list.sort(null);
        return list;
    }
}
