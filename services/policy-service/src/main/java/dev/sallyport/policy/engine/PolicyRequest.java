package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.EntityReference;

/**
 * Who wants to do what with what.
 *
 * @param principal the caller, as {@code Agent}, {@code Person} or {@code Service}
 * @param action an action of the schema, for example {@code tool.execute}
 * @param resource what it is done with, for example {@code Tool::"process.run"}
 */
public record PolicyRequest(EntityReference principal, String action, EntityReference resource) {
    /** The action of a tool call. */
    public static final String TOOL_EXECUTE = "tool.execute";

    /** The action of a skill's tool call. */
    public static final String SKILL_EXECUTE = "skill.execute";

    /** What an application outside the fleet asks about its own users and things. */
    public static final String ACCESS_EVALUATE = "access.evaluate";

    /** A tool call by this principal ({@code agent:demo}). */
    public static PolicyRequest toolExecute(String principal, String tool) {
        return new PolicyRequest(principalOf(principal), TOOL_EXECUTE, new EntityReference("Tool", tool));
    }

    /** A call of a tool of this skill. */
    public static PolicyRequest skillExecute(String principal, String skill) {
        return new PolicyRequest(principalOf(principal), SKILL_EXECUTE, new EntityReference("Skill", skill));
    }

    /** An administrative action in a workspace. */
    public static PolicyRequest administrative(String principal, String action, String workspaceId) {
        return new PolicyRequest(principalOf(principal), action, new EntityReference("Workspace", workspaceId));
    }

    /**
     * A question of an application outside the fleet about its own users and things.
     *
     * @param subject its type, a colon and its id
     * @param resource the same of the thing
     */
    public static PolicyRequest outside(String subject, String resource) {
        return new PolicyRequest(
                new EntityReference("Subject", subject), ACCESS_EVALUATE, new EntityReference("Resource", resource));
    }

    /** Whether the context of a tool call belongs to this action. */
    boolean isCall() {
        return action.equals(TOOL_EXECUTE) || action.equals(SKILL_EXECUTE);
    }

    /**
     * The entity of a principal written {@code person:<name>}, {@code agent:<name>} or {@code service:<name>}.
     *
     * @throws IllegalArgumentException for any other form
     */
    public static EntityReference principalOf(String principal) {
        int colon = principal.indexOf(':');
        String kind = colon < 0 ? "" : principal.substring(0, colon);
        return new EntityReference(
                switch (kind) {
                    case "agent" -> "Agent";
                    case "person" -> "Person";
                    case "service" -> "Service";
                    default -> throw new IllegalArgumentException("a principal is person:, agent: or service:<name>");
                },
                principal);
    }
}
