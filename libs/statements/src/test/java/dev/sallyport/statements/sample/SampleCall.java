package dev.sallyport.statements.sample;

import static dev.sallyport.statements.sample.SampleTerms.SOME;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * The statements of one whole call. Each is signed, with the key of the part that signs it in a fleet, when a test
 * first asks for it. A test edits
 * a statement before it is signed or has another identity sign it; a later statement links to what was signed then.
 */
public final class SampleCall {
    public static final String WORKSPACE = "01JD0000000000000000000000";
    public static final String NODE = "node-default-node-1";

    private final SampleSigners signers;
    private final SampleTerms terms = new SampleTerms();
    private final SamplePermit permit;
    private final Proposal proposal;
    private final SamplePredicates predicates;
    private final Map<SampleStep, Consumer<ObjectNode>> edits = new EnumMap<>(SampleStep.class);
    private final Map<SampleStep, String> speakers = new EnumMap<>(SampleStep.class);
    private final Map<SampleStep, SignedStatement> signed = new EnumMap<>(SampleStep.class);

    /** A record and the topic it goes to. */
    public record Sent(StatementType type, StatementRecord record) {}

    /** The usual call. */
    public SampleCall(SampleSigners signers) {
        this(signers, terms -> {});
    }

    /** A call that differs from the usual one. */
    public SampleCall(SampleSigners signers, Consumer<SampleTerms> difference) {
        this.signers = signers;
        difference.accept(terms);
        permit = new SamplePermit(terms);
        proposal = new Proposal(
                1,
                signers.fleetId(),
                terms.workspace,
                terms.id,
                terms.principal,
                terms.accountable,
                null,
                "api",
                terms.session,
                "run-1",
                terms.tool,
                terms.toolVersion,
                SOME,
                terms.skill,
                terms.args.digest(),
                terms.secrets.stream().map(SecretGrant::reference).toList(),
                List.of(),
                terms.now);
        predicates = new SamplePredicates(terms, proposal, permit, signers.id(NODE), this::signed, this::keys);
    }

    /** What is special about it, to read. */
    public SampleTerms terms() {
        return terms;
    }

    public String id() {
        return terms.id;
    }

    public Proposal proposal() {
        return proposal;
    }

    public Subject subject() {
        return proposal.subject();
    }

    /** Edits the JSON of a statement before it is signed. */
    public SampleCall edit(SampleStep step, Consumer<ObjectNode> edit) {
        edits.put(step, edit);
        signed.clear();
        return this;
    }

    /** Edits the predicate of a statement before it is signed. */
    public SampleCall editPredicate(SampleStep step, Consumer<ObjectNode> edit) {
        return edit(step, statement -> edit.accept((ObjectNode) statement.get("predicate")));
    }

    /** Has another identity say and sign a statement. */
    public SampleCall saidBy(SampleStep step, String identity) {
        speakers.put(step, identity);
        signed.clear();
        return this;
    }

    /** Changes what the permit says. */
    public SampleCall permitting(Consumer<SamplePermit> change) {
        change.accept(permit);
        signed.clear();
        return this;
    }

    /** Another permit for the call as policy-service would state it; the call's own stays as it is. */
    public ExecutionPermit permit(Consumer<SamplePermit> change) {
        SamplePermit other = new SamplePermit(terms);
        change.accept(other);
        return predicates.permit(by("policy-service"), other);
    }

    /** The statement of a step; signs it, and what it links to, at the first time. */
    public SignedStatement signed(SampleStep step) {
        SignedStatement known = signed.get(step);
        if (known == null) {
            String speaker = speakers.getOrDefault(step, step.speaker);
            byte[] payload =
                    Statement.of(subject(), predicates.of(step, by(speaker))).payload();
            known = signers.sign(speaker, edited(step, payload));
            signed.put(step, known);
        }
        return known;
    }

    /** All statements by their step's name in lower case, in the order in which they arise. */
    public Map<String, SignedStatement> statements() {
        Map<String, SignedStatement> statements = new LinkedHashMap<>();
        steps().forEach(step -> statements.put(step.name().toLowerCase(Locale.ROOT), signed(step)));
        return statements;
    }

    /** The record of a step: its statement, every earlier one as evidence, and its details. */
    public StatementRecord record(SampleStep step) {
        List<SignedStatement> earlier = steps().stream()
                .filter(other -> other.compareTo(step) < 0)
                .map(this::signed)
                .toList();
        List<Detail> details = switch (step) {
            case PROPOSED -> proposed();
            case PERMIT -> List.of(terms.args);
            case REQUESTED -> List.of(terms.prompt);
            case EXECUTED -> List.of(terms.output);
            case RESOLVED, STARTED, ENDED -> List.of();
        };
        List<SignedStatement> evidence = new ArrayList<>(earlier);
        if (step.compareTo(SampleStep.RESOLVED) >= 0 && happens(SampleStep.RESOLVED)) {
            evidence.addAll(givers());
        }
        return new StatementRecord(signed(step), evidence, details);
    }

    /** What the answer rests on beside the call: the call whose answer gave a grant, and the key that it was signed with. */
    public List<SignedStatement> givers() {
        SampleCall giver = terms.givenBy;
        if (giver == null) {
            return keys();
        }
        List<SignedStatement> found = new ArrayList<>(List.of(
                giver.signed(SampleStep.PROPOSED),
                giver.signed(SampleStep.REQUESTED),
                giver.signed(SampleStep.RESOLVED)));
        found.addAll(giver.keys());
        return found;
    }

    private List<SignedStatement> keys() {
        return terms.signedBy == null ? List.of() : terms.signedBy.statements(signers, terms.workspace, terms.now);
    }

    /** All records, in the order in which they arise. */
    public List<Sent> records() {
        return steps().stream().map(step -> new Sent(step.type, record(step))).toList();
    }

    /** The digests of all statements. */
    public List<Digest> digests() {
        return steps().stream().map(step -> signed(step).digest()).toList();
    }

    /** The details of all statements. */
    public List<Detail> details() {
        List<Detail> details = new ArrayList<>(proposed());
        details.addAll(
                switch (terms.decision) {
                    case ALLOW -> List.of(terms.output);
                    case DENY -> List.of();
                    case APPROVAL_REQUIRED -> List.of(terms.prompt, terms.output);
                });
        return details;
    }

    private List<Detail> proposed() {
        return terms.rationale == null ? List.of(terms.args) : List.of(terms.args, terms.rationale);
    }

    /** An issuance by that identity at the call's time. */
    public Issuance by(String identity) {
        return new Issuance(signers.fleetId(), terms.workspace, signers.id(identity), terms.now, null);
    }

    private List<SampleStep> steps() {
        return Arrays.stream(SampleStep.values()).filter(this::happens).toList();
    }

    private boolean happens(SampleStep step) {
        return switch (step) {
            case PROPOSED, ENDED -> true;
            case REQUESTED, RESOLVED -> terms.asks() && step.compareTo(terms.endsAfter) <= 0;
            case PERMIT, STARTED, EXECUTED ->
                terms.decision != Decision.Outcome.DENY && step.compareTo(terms.endsAfter) <= 0;
        };
    }

    private byte[] edited(SampleStep step, byte[] payload) {
        Consumer<ObjectNode> edit = edits.get(step);
        if (edit == null) {
            return payload;
        }
        try {
            ObjectNode root = CanonicalJson.readObject(payload, JsonRules.STATEMENT);
            edit.accept(root);
            return CanonicalJson.write(root);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
