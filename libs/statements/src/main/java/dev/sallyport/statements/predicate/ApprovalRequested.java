package dev.sallyport.statements.predicate;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * approval-requested/v1: what humans must answer, by policy-service. Links to tool-proposed/v1.
 *
 * @param approvalId ULID of the question
 * @param rules the rules that ask, which an approval lifts
 * @param requester the principal that asks; may never answer
 * @param accountable who answers for the requester; may not answer where {@code obligations.four_eyes}
 * @param prompt what a human is shown, a detail in canonical JSON
 * @param expiresAt when no answer becomes no, milliseconds
 * @param options the answers offered, each the wire name of an {@link Option}
 * @param group whoever answers must be in it, whatever the role; null when the role is enough
 */
public record ApprovalRequested(
        Issuance issued,
        List<Link> links,
        String approvalId,
        List<RuleRef> rules,
        Obligations obligations,
        Risk risk,
        String requester,
        List<String> accountable,
        DetailRef prompt,
        Instant expiresAt,
        List<String> options,
        @Nullable Group group)
        implements Predicate {
    /** The answers that can be offered. */
    public enum Option implements WireName {
        /** Yes, to this call alone. */
        ALLOW_ONCE("allow_once"),
        /** Yes, also to calls like this one in its session. */
        ALLOW_SESSION("allow_session"),
        /** Yes, also to calls like this one for a time, whatever their session. */
        ALLOW_TIME("allow_time"),
        /** No, to this call alone. */
        DENY("deny"),
        /** No, also to calls like this one in its session. */
        DENY_SESSION("deny_session");

        private final String wire;

        Option(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }

        /** The option that an answer of this scope takes; null where no question ever offers it. */
        public static @Nullable Option of(ApprovalResolved.Answer answer, ApprovalScope scope) {
            return switch (answer) {
                case APPROVED ->
                    switch (scope) {
                        case ONCE -> ALLOW_ONCE;
                        case SESSION -> ALLOW_SESSION;
                        case TIME -> ALLOW_TIME;
                    };
                case DENIED ->
                    switch (scope) {
                        case ONCE -> DENY;
                        case SESSION -> DENY_SESSION;
                        case TIME -> null;
                    };
            };
        }
    }

    /** Whether an answer of this scope was offered. */
    public boolean offers(ApprovalResolved.Answer answer, ApprovalScope scope) {
        Option option = Option.of(answer, scope);
        return option != null && options.contains(option.wire());
    }

    /**
     * The only people who may answer.
     *
     * @param names the groups that the rules name; somebody who answers is in all of them
     * @param members the people who were, when it was asked
     * @param escalation who may answer too when nobody has for a while; null when nobody else ever may
     */
    public record Group(
            List<String> names,
            List<String> members,
            @Nullable Escalation escalation) {
        /** Copies the lists. */
        public Group {
            names = List.copyOf(names);
            members = List.copyOf(members);
        }

        /** A group beside which nobody ever answers. */
        public Group(List<String> names, List<String> members) {
            this(names, members, null);
        }

        /**
         * Whether this person could answer at this time.
         *
         * @param askedAt when the question was signed
         */
        public boolean admits(String person, Instant askedAt, Instant at) {
            return members.contains(person)
                    || (escalation != null
                            && escalation.members().contains(person)
                            && !at.isBefore(escalation.beginsAt(askedAt)));
        }
    }

    /**
     * The people whose turn comes when a question has waited for a while. It takes nobody's right away.
     *
     * @param afterS how many seconds after the question was signed
     * @param names their groups; somebody who answers is in all of them
     * @param members the people who were, when it was asked
     */
    public record Escalation(long afterS, List<String> names, List<String> members) {
        /** Copies the lists. */
        public Escalation {
            names = List.copyOf(names);
            members = List.copyOf(members);
        }

        /** From when on their answers count. */
        public Instant beginsAt(Instant askedAt) {
            return askedAt.plusSeconds(afterS);
        }
    }

    /** Copies the lists. */
    public ApprovalRequested {
        links = List.copyOf(links);
        rules = List.copyOf(rules);
        accountable = List.copyOf(accountable);
        options = List.copyOf(options);
    }

    /** A question that everybody with the role may answer. */
    public ApprovalRequested(
            Issuance issued,
            List<Link> links,
            String approvalId,
            List<RuleRef> rules,
            Obligations obligations,
            Risk risk,
            String requester,
            List<String> accountable,
            DetailRef prompt,
            Instant expiresAt,
            List<String> options) {
        this(
                issued,
                links,
                approvalId,
                rules,
                obligations,
                risk,
                requester,
                accountable,
                prompt,
                expiresAt,
                options,
                null);
    }
}
