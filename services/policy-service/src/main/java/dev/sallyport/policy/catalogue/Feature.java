package dev.sallyport.policy.catalogue;

import dev.sallyport.policy.catalogue.ConfigRefusedException.Code;
import dev.sallyport.statements.WireName;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The surfaces that a workspace may leave shut. Each is off until the workspace switches it on. */
public enum Feature implements WireName {
    /** {@code POST /v1/openai/tool-calls}: the tool calls of an assistant's message become proposals. */
    OPENAI_TOOL_CALLS("openai-tool-calls", "Take the tool calls of a model's message as proposals.", Set.of()),
    /** {@code /access/v1/evaluation} and {@code /evaluations} for whoever is no service of the fleet. */
    AUTHZEN("authzen", "Answer the AuthZEN questions of applications and agents.", Set.of()),
    /** Denials that a human may lift say so, and {@code /access/v1/requests} asks the human. */
    ACCESS_REQUESTS(
            "access-requests", "Take access requests after an AuthZEN denial that a human may lift.", Set.of(AUTHZEN));

    private final String wire;
    private final String purpose;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<Feature> needs;

    Feature(String wire, String purpose, Set<Feature> needs) {
        this.wire = wire;
        this.purpose = purpose;
        this.needs = needs;
    }

    @Override
    public String wire() {
        return wire;
    }

    /** What it is for, one sentence. */
    public String purpose() {
        return purpose;
    }

    /** The features that must be on for this one to be on. */
    public Set<Feature> needs() {
        return needs;
    }

    /**
     * The wire names in the one order in which a configuration keeps them.
     *
     * @throws ConfigRefusedException when a name is unknown, or a feature lacks one that it needs
     */
    static List<String> verified(Collection<String> names) {
        for (String name : names) {
            Feature feature = WireName.find(Feature.class, name)
                    .orElseThrow(() -> new ConfigRefusedException(
                            Code.UNKNOWN_FEATURE,
                            "`" + name + "` is no feature. The features are "
                                    + Stream.of(values()).map(Feature::wire).collect(Collectors.joining(", ")) + "."));
            for (Feature needed : feature.needs) {
                if (!names.contains(needed.wire)) {
                    throw new ConfigRefusedException(
                            Code.FEATURE_NEEDED,
                            "`" + name + "` needs `" + needed.wire + "`. Switch on both, or switch off both.");
                }
            }
        }
        return List.copyOf(new TreeSet<>(names));
    }
}
