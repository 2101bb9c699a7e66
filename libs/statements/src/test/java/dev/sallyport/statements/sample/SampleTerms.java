package dev.sallyport.statements.sample;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Severity;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a sample call may differ in from the usual one, which asks a person and then runs {@code echo}. */
public final class SampleTerms {
    /** Stands where a digest's content does not matter. */
    public static final Digest SOME = Digest.of(new byte[] {1});

    private static final AtomicLong NEXT = new AtomicLong();

    public String workspace = SampleCall.WORKSPACE;
    public String id = freshId();
    public String approvalId = freshId();
    public String principal = "agent:demo";
    public List<String> accountable = List.of("person:owner");
    public String session = "session-1";
    public String tool = "echo";
    public String toolVersion = "1";
    public @Nullable String skill;
    public Detail args = detail("{\"text\":\"hello " + id + "\"}");
    /** Why the agent wants it, in its own words. */
    public @Nullable Detail rationale;

    public Detail prompt = detail("{\"id\":\"" + id + "\",\"v\":1}");
    public Detail output = detail("hello " + id + "\n");
    public List<SecretGrant> secrets = List.of();
    public Outcome decision = Outcome.APPROVAL_REQUIRED;
    public RuleRef rule = new RuleRef("baseline.sensitive", SOME);
    public Obligations obligations = new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, false);
    /** The only people asked; null for everybody with the role. */
    public ApprovalRequested.@Nullable Group group;

    /** The answers that are offered. */
    public List<String> options = List.of("allow_once", "deny");
    /** How far the answer reaches; wider than this call with a grant. */
    public ApprovalScope scope = ApprovalScope.ONCE;
    /** What the answer says about further calls. */
    public ApprovalResolved.@Nullable Grant grant;
    /** The call whose answer gave the grant that answers this one; null where people answer. */
    public @Nullable SampleCall givenBy;

    /** The passkey that the person signs with; null where the answer is not signed. */
    public @Nullable SamplePasskey signedBy;
    /** What is signed in place of the answer as it is. */
    public UnaryOperator<SignedAnswer> signsInstead = UnaryOperator.identity();
    /** What is stated in place of the signature as it is. */
    public UnaryOperator<AnswerSignature> statesInstead = UnaryOperator.identity();

    public Severity risk = Severity.MEDIUM;
    /** How long the question is open. */
    public Duration askedFor = Duration.ofMinutes(5);

    public Tier ranIn = Tier.C;
    /** The node's claim, from {@link #now}: how much later it was, and how long secrets may be redeemed. */
    public Duration claimedAfter = Duration.ZERO;

    public Duration redeemWithin = Duration.ofSeconds(60);
    /** How the call ends when it is permitted, and the step after which it does. */
    public CallOutcome outcome = CallOutcome.SUCCEEDED;

    public SampleStep endsAfter = SampleStep.EXECUTED;
    public Instant now = StatementJson.toMillis(Instant.now());
    private @Nullable String code;
    private @Nullable String endCode;

    SampleTerms() {}

    /** An id in the form of a ULID that no other sample of this JVM has; a later one sorts after an earlier one. */
    public static String freshId() {
        return String.format("01JD%022d", NEXT.incrementAndGet());
    }

    /** Text as a detail. */
    public static Detail detail(String text) {
        return Detail.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The decision and its code. */
    public void decided(Outcome how, String why) {
        decision = how;
        code = why;
    }

    /** The call's end: how, why and after which step. */
    public void ends(CallOutcome how, String why, SampleStep last) {
        outcome = how;
        endCode = why;
        endsAfter = last;
    }

    /** Gives a grant for further calls of this scope: ten of them within an hour. */
    public void grants(ApprovalScope howFar) {
        options = List.of("allow_once", "allow_session", "allow_time", "deny", "deny_session");
        scope = howFar;
        grant = new ApprovalResolved.Grant(freshId(), now.plus(Duration.ofHours(1)), 10, null);
    }

    /** Is answered by the grant that this call's answer gave. */
    public void answeredBy(SampleCall giver) {
        options = giver.terms().options;
        scope = giver.terms().scope;
        givenBy = giver;
    }

    boolean asks() {
        return decision == Outcome.APPROVAL_REQUIRED;
    }

    String code() {
        if (code != null) {
            return code;
        }
        return switch (decision) {
            case ALLOW -> "ALLOWED";
            case DENY -> "FORBIDDEN";
            case APPROVAL_REQUIRED -> "SENSITIVE_NEEDS_APPROVAL";
        };
    }

    String endCode() {
        if (endCode != null) {
            return endCode;
        }
        return decision == Outcome.DENY ? code() : "OK";
    }
}
