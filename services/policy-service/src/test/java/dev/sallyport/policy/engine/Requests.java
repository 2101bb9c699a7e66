package dev.sallyport.policy.engine;

import java.time.Instant;
import java.util.Set;

/** Requests for tests. */
public final class Requests {
    private Requests() {}

    /** Everything open: an agent of the workspace calls a listed tool. */
    public static Call call(String tool) {
        return new Call(tool);
    }

    /** A tool call whose attributes a test changes one by one. */
    public static final class Call {
        private final String tool;
        private String principal = "agent:demo";
        private String role = "agent";
        private Set<String> capabilities = Set.of();
        private boolean tooled = true;
        private boolean principalAllowed = true;
        private boolean channelAllowed = true;
        private boolean executableAllowed = true;
        private boolean confined;
        private boolean allowSensitive;
        private Set<String> secrets = Set.of();
        private Set<String> egress = Set.of();
        private ToolArguments args = ToolArguments.NONE;
        private Instant at = Instant.EPOCH;

        private Call(String tool) {
            this.tool = tool;
        }

        public Call principal(String value, String itsRole) {
            principal = value;
            role = itsRole;
            return this;
        }

        public Call capabilities(String... values) {
            capabilities = Set.of(values);
            return this;
        }

        public Call notAllowlisted() {
            tooled = false;
            return this;
        }

        public Call principalNotAllowed() {
            principalAllowed = false;
            return this;
        }

        public Call channelNotAllowed() {
            channelAllowed = false;
            return this;
        }

        public Call executableNotAllowed() {
            executableAllowed = false;
            return this;
        }

        public Call confined() {
            confined = true;
            return this;
        }

        public Call allowSensitive() {
            allowSensitive = true;
            return this;
        }

        public Call secrets(String... values) {
            secrets = Set.of(values);
            return this;
        }

        public Call egress(String... values) {
            egress = Set.of(values);
            return this;
        }

        public Call args(ToolArguments value) {
            args = value;
            return this;
        }

        public Call at(Instant value) {
            at = value;
            return this;
        }

        public Call count(long value) {
            args = new ToolArguments(null, Set.of(), Set.of(), value);
            return this;
        }

        public PolicyRequest request() {
            return PolicyRequest.toolExecute(principal, tool);
        }

        public PolicyRequestContext context() {
            return new PolicyRequestContext(
                    "01J00000000000000000000000",
                    role,
                    principal.substring(0, principal.indexOf(':')),
                    null,
                    "api",
                    "s1",
                    "r1",
                    null,
                    capabilities,
                    !capabilities.isEmpty(),
                    tooled,
                    principalAllowed,
                    channelAllowed,
                    executableAllowed,
                    confined,
                    allowSensitive,
                    egress,
                    secrets,
                    args,
                    at);
        }

        public ToolDecision on(PolicyEngine engine) {
            return engine.decide(request(), context());
        }
    }
}
