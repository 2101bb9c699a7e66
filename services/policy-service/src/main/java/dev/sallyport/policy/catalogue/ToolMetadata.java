package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.skill.SkillState;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One immutable version of a tool.
 *
 * @param name canonical name, see {@link ToolNames}
 * @param version counted up with every change
 * @param description for people and models
 * @param reach what it can do and touch
 * @param input what its arguments may be
 * @param placement where and how it runs
 * @param document the metadata as registered
 * @param digest SHA-256 of the canonical document
 * @param program how the program of a workspace's own tool is started; null for any other tool
 * @param skill the skill that provides it; null for any other tool
 */
public record ToolMetadata(
        String name,
        String version,
        String description,
        Reach reach,
        Input input,
        Placement placement,
        ObjectNode document,
        Digest digest,
        @Nullable ProgramTemplate program,
        @Nullable SkillOrigin skill) {
    /**
     * What a tool can do and touch.
     *
     * @param capabilities what it can do
     * @param defaultSensitive sensitive even without any capability
     * @param egressMode how its network is held
     * @param egressHosts hosts that a call may ask for; {@value #ANY_HOST} stands for every one
     * @param secrets names of secrets that a call may ask for; {@value #ANY_SECRET} stands for every one
     */
    public record Reach(
            Set<ToolCapability> capabilities,
            boolean defaultSensitive,
            EgressEnforcementMode egressMode,
            Set<String> egressHosts,
            Set<String> secrets) {
        /** Every secret that the vault lets the caller use. */
        public static final String ANY_SECRET = "*";

        /** Every host that policies and the people who are asked let a call reach. */
        public static final String ANY_HOST = "*";

        /** Copies the sets. */
        public Reach {
            capabilities = Set.copyOf(capabilities);
            egressHosts = Set.copyOf(egressHosts);
            secrets = Set.copyOf(secrets);
        }

        /** Whether a call may ask for these hosts. */
        public boolean allowsHosts(Collection<String> hosts) {
            return egressHosts.contains(ANY_HOST) || egressHosts.containsAll(hosts);
        }

        /** Whether a call may ask for these secrets, by their names. */
        public boolean allowsSecrets(Collection<String> names) {
            return secrets.contains(ANY_SECRET) || secrets.containsAll(names);
        }
    }

    /**
     * What a tool's arguments may be.
     *
     * @param schema their JSON Schema
     * @param maxBytes largest canonical form, bytes
     * @param exposed where the typed attributes for policies are in them
     */
    public record Input(ObjectNode schema, int maxBytes, Exposed exposed) {}

    /**
     * JSON Pointers into the arguments.
     *
     * @param executable the program's logical name, null without one
     * @param paths paths inside the workspace
     * @param argv a program's arguments, null without one
     * @param count a number, null without one
     * @param urls addresses of the web; their hosts are reached by the call
     */
    public record Exposed(
            @Nullable String executable,
            List<String> paths,
            @Nullable String argv,
            @Nullable String count,
            List<String> urls) {
        /** Copies the lists. */
        public Exposed {
            paths = List.copyOf(paths);
            urls = List.copyOf(urls);
        }
    }

    /**
     * Where and how a tool runs.
     *
     * @param runtime the kind of code that it is
     * @param tier least sandbox tier
     * @param pool executor pool
     * @param limits what a call may use up
     */
    public record Placement(RuntimeKind runtime, Tier tier, String pool, Limits limits) {}

    /**
     * The tool as modules of skills may run in a workspace: where {@code http} is not opened to them, a skill can reach no
     * host and use no secret, whatever was granted. No other tool is changed.
     */
    public ToolMetadata within(WasmPluginRunnerPolicy most) {
        return skill == null || most.capabilities().contains(SkillOrigin.HTTP)
                ? this
                : new ToolMetadata(
                        name,
                        version,
                        description,
                        new Reach(
                                reach.capabilities(), reach.defaultSensitive(), reach.egressMode(), Set.of(), Set.of()),
                        input,
                        placement,
                        document,
                        digest,
                        program,
                        skill);
    }

    /**
     * The hosts of a call: those that it names, else those that its skill's manifest does. A caller does not know what a
     * module asks for; whoever names some of them leaves the others out.
     */
    public List<String> hostsOf(List<String> named) {
        return named.isEmpty() && skill != null ? sorted(reach.egressHosts()) : named;
    }

    /** The names of the secrets of a call, likewise. */
    public List<String> secretsOf(List<String> named) {
        return named.isEmpty() && skill != null ? sorted(reach.secrets()) : named;
    }

    private static List<String> sorted(Set<String> all) {
        return all.stream().sorted().toList();
    }

    /** The JSON Schema of what the tool writes to its standard output; null for a tool that promises nothing. */
    public @Nullable ObjectNode outputSchema() {
        return document.get("output_schema") instanceof ObjectNode schema ? schema : null;
    }

    /**
     * Whether its calls run confined whatever the program: an own tool that neither changes files nor starts further
     * programs, by its own word, is held to that.
     */
    public boolean confined() {
        return program != null
                && !reach.capabilities().contains(ToolCapability.PROCESS_EXEC)
                && !reach.capabilities().contains(ToolCapability.FILESYSTEM_WRITE);
    }

    /** Whether it comes along with the service. */
    public boolean builtIn() {
        return program == null && skill == null;
    }

    /** Whether agents can be shown the tool: it is no skill's, or its skill is enabled. */
    public boolean callable() {
        return skill == null || skill.state() == SkillState.ENABLED;
    }

    /** Marked sensitive, or able to do anything that is. */
    public boolean sensitive() {
        return reach.defaultSensitive() || !reach.capabilities().isEmpty();
    }
}
