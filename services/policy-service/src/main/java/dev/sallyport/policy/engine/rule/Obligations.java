package dev.sallyport.policy.engine.rule;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.Severity;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a policy demands beside its effect, from annotations with a closed vocabulary. A null component demands nothing.
 *
 * @param approvalTimeoutSeconds {@code @approval_timeout_s}: how long a human has, 10 s to 30 days
 * @param severity {@code @severity}
 * @param approvers {@code @approvers}: the least role that may answer
 * @param quorum {@code @quorum}: how many different people must approve, 1 to 9
 * @param scope {@code @scope}: the widest scope an answer may have
 * @param sandboxTier {@code @sandbox_tier}: the least tier
 * @param egress {@code @egress}: the least enforcement
 * @param egressHosts {@code @egress_hosts}: the only hosts that the call may name, sorted
 * @param secrets {@code @secrets}: the only secrets that the call may name, sorted
 * @param approverGroups {@code @approver_group}: the groups that whoever answers must be in, sorted
 * @param escalation {@code @escalate_after_s} and {@code @escalate_to}: who may answer too after a while
 */
public record Obligations(
        @Nullable Integer approvalTimeoutSeconds,
        @Nullable Severity severity,
        @Nullable ApproverRole approvers,
        @Nullable Integer quorum,
        @Nullable ApprovalScope scope,
        @Nullable Tier sandboxTier,
        @Nullable EgressEnforcementMode egress,
        @Nullable List<String> egressHosts,
        @Nullable List<String> secrets,
        @Nullable List<String> approverGroups,
        @Nullable Escalation escalation) {
    /**
     * Who may answer too when nobody has for a while.
     *
     * @param afterS so many seconds after the question was asked, 1 s to 30 days
     * @param groups the groups that they must be in, sorted
     */
    public record Escalation(int afterS, List<String> groups) {
        /** Copies the groups. */
        public Escalation {
            groups = List.copyOf(groups);
        }
    }

    private static final int USUAL_APPROVAL_TIMEOUT_S = 300;

    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final Pattern SECRET = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final int MOST_NAMES = 50;

    /** Copies the lists. */
    public Obligations {
        egressHosts = egressHosts == null ? null : List.copyOf(egressHosts);
        secrets = secrets == null ? null : List.copyOf(secrets);
        approverGroups = approverGroups == null ? null : List.copyOf(approverGroups);
    }

    /** Nothing demanded. */
    public static final Obligations NONE =
            new Obligations(null, null, null, null, null, null, null, null, null, null, null);

    /**
     * Every annotation key a policy may carry. Anything else is refused, so that a typing error cannot drop a demand.
     */
    public static final Set<String> VOCABULARY = Set.of(
            "id",
            "tier",
            "code",
            "reason",
            "remedy",
            "approval_timeout_s",
            "severity",
            "approvers",
            "approver_group",
            "escalate_after_s",
            "escalate_to",
            "quorum",
            "scope",
            "sandbox_tier",
            "egress",
            "egress_hosts",
            "secrets",
            PolicyRule.LOG_ONLY);

    /**
     * Reads a policy's annotations.
     *
     * @throws IllegalArgumentException naming the annotation whose key or value is outside the vocabulary
     */
    public static Obligations of(Map<String, String> annotations) {
        for (String key : annotations.keySet()) {
            if (!VOCABULARY.contains(key)) {
                throw new IllegalArgumentException("@" + key + " is not a known annotation");
            }
        }
        String logOnly = annotations.get(PolicyRule.LOG_ONLY);
        if (logOnly != null && !logOnly.isEmpty() && !logOnly.equals("true")) {
            throw new IllegalArgumentException(
                    "@log_only takes \"true\" or nothing; leave it out of a policy that is to decide");
        }
        String code = annotations.get("code");
        if (code != null && !constant(DecisionCode.class, "code", code).annotatable()) {
            throw new IllegalArgumentException("@code(\"" + code + "\") is not for policies to give");
        }
        Integer timeout = number(annotations, "approval_timeout_s", 10, 2_592_000);
        List<String> asked = group(annotations, "approver_group");
        return new Obligations(
                timeout,
                word(annotations, "severity", Severity.class),
                word(annotations, "approvers", ApproverRole.class),
                number(annotations, "quorum", 1, 9),
                word(annotations, "scope", ApprovalScope.class),
                tier(annotations.get("sandbox_tier")),
                word(annotations, "egress", EgressEnforcementMode.class),
                names(annotations, "egress_hosts", HostRule::isCanonicalHost),
                names(annotations, "secrets", SECRET.asMatchPredicate()),
                asked,
                escalation(annotations, asked, timeout));
    }

    /** Everything demanded by any of these, each at its strictest. */
    public static Obligations strictest(Collection<Obligations> all) {
        return all.stream().reduce(NONE, Obligations::merge);
    }

    private Obligations merge(Obligations other) {
        return new Obligations(
                pick(approvalTimeoutSeconds, other.approvalTimeoutSeconds, Math::min),
                pick(severity, other.severity, Obligations::later),
                pick(approvers, other.approvers, Obligations::later),
                pick(quorum, other.quorum, Math::max),
                pick(scope, other.scope, Obligations::later),
                pick(sandboxTier, other.sandboxTier, Tier::stricter),
                pick(egress, other.egress, Obligations::later),
                pick(egressHosts, other.egressHosts, Obligations::common),
                pick(secrets, other.secrets, Obligations::common),
                pick(approverGroups, other.approverGroups, Obligations::both),
                escalation(other));
    }

    /**
     * Nobody answers for a rule that did not say so: of several rules that ask a group, each must name a next one, and whoever
     * answers then is in all of these. A rule that asks no group excludes nobody.
     */
    private @Nullable Escalation escalation(Obligations other) {
        if (approverGroups == null || other.approverGroups == null) {
            return approverGroups == null ? other.escalation : escalation;
        }
        return escalation == null || other.escalation == null
                ? null
                : new Escalation(
                        Math.max(escalation.afterS, other.escalation.afterS),
                        both(escalation.groups, other.escalation.groups));
    }

    /** How long people have to answer, in seconds, also where no rule says so. */
    public int timeToAnswerS() {
        return Objects.requireNonNullElse(approvalTimeoutSeconds, USUAL_APPROVAL_TIMEOUT_S);
    }

    /** Whether it forbids a call that names these hosts. */
    public boolean forbidsHosts(Collection<String> hosts) {
        return egressHosts != null && !egressHosts.containsAll(hosts);
    }

    /** Whether it forbids a call that names these secrets. */
    public boolean forbidsSecrets(Collection<String> names) {
        return secrets != null && !secrets.containsAll(names);
    }

    private static List<String> common(List<String> a, List<String> b) {
        return a.stream().filter(b::contains).toList();
    }

    /** Names between spaces; an empty text allows none. */
    private static @Nullable List<String> names(Map<String, String> annotations, String key, Predicate<String> form) {
        String text = annotations.get(key);
        if (text == null) {
            return null;
        }
        List<String> names = text.isEmpty()
                ? List.of()
                : Stream.of(text.split(" ", -1)).distinct().sorted().toList();
        if (names.size() > MOST_NAMES || !names.stream().allMatch(form)) {
            throw new IllegalArgumentException(
                    "@" + key + " takes at most " + MOST_NAMES + " names in lower case with one space between them");
        }
        return names;
    }

    private static List<String> both(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).distinct().sorted().toList();
    }

    private static @Nullable List<String> group(Map<String, String> annotations, String key) {
        String name = annotations.get(key);
        if (name != null && !GROUP.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "@" + key + " takes the name of a group: 1 to 63 lower-case letters, digits, `.`, `_` and `-`");
        }
        return name == null ? null : List.of(name);
    }

    private static @Nullable Escalation escalation(
            Map<String, String> annotations, @Nullable List<String> asked, @Nullable Integer timeout) {
        Integer after = number(annotations, "escalate_after_s", 1, 2_592_000);
        List<String> next = group(annotations, "escalate_to");
        if (after == null && next == null) {
            return null;
        }
        if (after == null || next == null || asked == null) {
            throw new IllegalArgumentException("@escalate_to takes @escalate_after_s and @approver_group beside it:"
                    + " the group that is asked first, and for how long");
        }
        if (after >= Objects.requireNonNullElse(timeout, USUAL_APPROVAL_TIMEOUT_S)) {
            throw new IllegalArgumentException(
                    "@escalate_after_s must be shorter than the time to answer (@approval_timeout_s, or "
                            + USUAL_APPROVAL_TIMEOUT_S + ")");
        }
        return new Escalation(after, next);
    }

    private static <E extends Enum<E>> E later(E a, E b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static <T> @Nullable T pick(@Nullable T a, @Nullable T b, BinaryOperator<T> strictest) {
        if (a == null) {
            return b;
        }
        return b == null ? a : strictest.apply(a, b);
    }

    private static @Nullable Integer number(Map<String, String> annotations, String key, int least, int most) {
        String text = annotations.get(key);
        if (text == null) {
            return null;
        }
        if (text.length() <= 7 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw new IllegalArgumentException("@" + key + " takes a number from " + least + " to " + most);
    }

    private static <E extends Enum<E> & WireName> @Nullable E word(
            Map<String, String> annotations, String key, Class<E> vocabulary) {
        String text = annotations.get(key);
        return text == null
                ? null
                : WireName.find(vocabulary, text)
                        .orElseThrow(
                                () -> new IllegalArgumentException("@" + key + " does not know the value " + text));
    }

    private static @Nullable Tier tier(@Nullable String letter) {
        return letter == null ? null : constant(Tier.class, "sandbox_tier", letter);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("@" + key + " does not know the value " + name);
    }
}
