package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.access.SignInTokens;
import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From high risk up a person signs, with a key that is theirs now. */
class SignedAnswersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String HIGH = """
            {"tool":"fs.write","arguments":{"path":".git/hooks/pre-commit","content":"x"}}""";

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String name = SharedService.fresh("signs");
    private final String person = "person:" + name;
    private final String token = service.person(name, "operator");
    private final String agent = service.agent(SharedService.fresh("asks-high"));

    private String ask() {
        return service.propose(agent, HIGH).id();
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }

    /** The person uses a link with which they may make a key. */
    private void useLink() {
        Answer link =
                service.owner("POST", "/v1/sign-in-tokens", "{\"principal\":\"" + person + "\",\"enrols_key\":true}");
        assertThat(link.status()).as(link.body().toString()).isEqualTo(201);
        Answer redeemed = service.as(
                "approval-service",
                "POST",
                "/internal/v1/sign-in-tokens:redeem",
                "{\"token\":\"" + link.body().path("sign_in_token").asString() + "\"}");
        assertThat(redeemed.body().path("enrols_key").asBoolean(false)).isTrue();
    }

    /** What approval-service states when the person has made a key. */
    private SignedStatement enrolment(SamplePasskey passkey) {
        SignedStatement enrolment = passkey.statements(
                        FleetSigners.shared(), service.workspaceId(), StatementJson.toMillis(Instant.now()))
                .getFirst();
        voices.keySays(enrolment, List.of());
        return enrolment;
    }

    /** What this service has said about an enrolment. */
    private Optional<SignedStatement> saidAbout(SignedStatement enrolment, AuditEvent event) {
        return service.outbox().stream()
                .map(SignedAnswersTest::parse)
                .map(StatementRecord::signed)
                .filter(signed -> read(signed) instanceof Audit audit
                        && audit.event() == event
                        && !audit.links().isEmpty()
                        && audit.links().getFirst().digest().equals(enrolment.digest()))
                .findFirst();
    }

    private static StatementRecord parse(byte[] record) {
        try {
            return StatementRecord.parse(record);
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static Object read(SignedStatement signed) {
        try {
            return Statement.parse(signed.envelope().payload()).predicate();
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private SignedStatement bound(SignedStatement enrolment) {
        await().atMost(SOON)
                .until(() -> saidAbout(enrolment, AuditEvent.APPROVER_KEY_BOUND).isPresent());
        return saidAbout(enrolment, AuditEvent.APPROVER_KEY_BOUND).orElseThrow();
    }

    private void signs(String id, SamplePasskey passkey, SignedStatement enrolment, SignedStatement binding) {
        ApprovalResolved signed = voices.signed(id, voices.approval(id, person, "operator"), passkey, binding);
        voices.saySigned(id, signed, List.of(enrolment, binding));
    }

    @Test
    void whoHasAKeySignsWithItAndARemovedOneSignsNothing() {
        useLink();
        SamplePasskey passkey = SamplePasskey.of(person);
        SignedStatement enrolment = enrolment(passkey);
        SignedStatement binding = bound(enrolment);

        String signed = ask();
        assertThat(voices.stated(signed, ApprovalRequested.class)
                        .getFirst()
                        .obligations()
                        .assurance())
                .isEqualTo(Assurance.KEY);
        signs(signed, passkey, enrolment, binding);
        await().atMost(SOON).until(() -> state(signed).equals("queue"));
        assertThat(voices.stated(signed, ExecutionPermit.class)).hasSize(1);

        String unsigned = ask();
        voices.say(unsigned, voices.approval(unsigned, person, "operator"));
        assertThat(service.ended(agent, unsigned).state()).isEqualTo("done denied SIGNATURE_MISSING");

        String late = ask();
        voices.keyRemoved(passkey, List.of(enrolment, binding));
        await().atMost(SOON)
                .until(() -> service.jdbc()
                        .sql("select count(*) from approver_key where key = :key and removed_at is not null")
                        .param("key", passkey.key().key().bytes())
                        .query(Long.class)
                        .single()
                        .equals(1L));
        signs(late, passkey, enrolment, binding);
        assertThat(service.ended(agent, late).state()).isEqualTo("done denied KEY_NOT_BOUND");

        // Whoever removes a person's keys does not answer in their name without any.
        String reopened = ask();
        voices.say(reopened, voices.approval(reopened, person, "operator"));
        assertThat(service.ended(agent, reopened).state()).isEqualTo("done denied SIGNATURE_MISSING");
    }

    /** approval-service says when a key was made: it cannot use an old link by dating the key back. */
    @Test
    void aLongUsedLinkMakesNoKeyWhateverTheKeysDate() {
        useLink();
        assertThat(makesKey(Duration.ofMinutes(31))).isFalse();
        assertThat(makesKey(Duration.ofMinutes(29)))
                .as("control: a statement that was on its way for long")
                .isTrue();
    }

    /** Whether a link that was used so long ago makes a key that is dated a minute after its use. */
    private boolean makesKey(Duration ago) {
        Instant used = Instant.now().minus(ago);
        service.jdbc()
                .sql("update sign_in_token set used_at = :used where principal = :person and used_at is not null")
                .param("used", used.atOffset(ZoneOffset.UTC))
                .param("person", person)
                .update();
        return service.bean(SignInTokens.class)
                .useForKey(
                        service.workspaceId(),
                        person,
                        SamplePasskey.of(person).key().key(),
                        used.plus(Duration.ofMinutes(1)));
    }

    /** approval-service's word alone binds no key: neither without a link, nor two with one. */
    @Test
    void aKeyWithoutALinkOfItsOwnDoesNotCount() {
        SamplePasskey unasked = SamplePasskey.of(person);
        SignedStatement without = enrolment(unasked);
        await().atMost(SOON)
                .until(() ->
                        saidAbout(without, AuditEvent.STATEMENT_WITHOUT_EFFECT).isPresent());

        useLink();
        SamplePasskey first = SamplePasskey.of(person);
        bound(enrolment(first));
        SignedStatement second = enrolment(SamplePasskey.of(person));
        await().atMost(SOON)
                .until(() ->
                        saidAbout(second, AuditEvent.STATEMENT_WITHOUT_EFFECT).isPresent());
        assertThat(saidAbout(second, AuditEvent.APPROVER_KEY_BOUND)).isEmpty();

        // Not even with a binding that bears this service's signature.
        String id = ask();
        SignedStatement stolen = SamplePasskey.binding(
                FleetSigners.shared(),
                "policy-service",
                unasked.key(),
                service.workspaceId(),
                StatementJson.toMillis(Instant.now()),
                without);
        signs(id, unasked, without, stolen);
        assertThat(service.ended(agent, id).state()).isEqualTo("done denied KEY_NOT_BOUND");
    }

    @Test
    void onlyAnOwnersDeviceIssuesALinkForAKey() {
        String own = "{\"enrols_key\":true}";
        assertThat(service.with(token, "POST", "/v1/sign-in-tokens", own).code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(token, "POST", "/v1/sign-in-tokens", "{}").status())
                .as("control: an ordinary one")
                .isEqualTo(201);
    }

    @Test
    void whoHasNoKeyComesByALinkThatWasJustUsed() {
        String stale = ask();
        voices.say(
                stale,
                NeighbourStatements.with(
                        voices.approval(stale, person, "operator"), answer -> known(answer, "session")));
        assertThat(service.ended(agent, stale).state()).isEqualTo("done denied ASSURANCE_TOO_LOW");

        String byToken = ask();
        voices.say(
                byToken,
                NeighbourStatements.with(
                        voices.approval(byToken, person, "operator"), answer -> known(answer, "token")));
        assertThat(service.ended(agent, byToken).state()).isEqualTo("done denied ASSURANCE_TOO_LOW");

        String atProvider = ask();
        voices.say(
                atProvider,
                NeighbourStatements.with(
                        voices.approval(atProvider, person, "operator"), answer -> known(answer, "oidc")));
        assertThat(service.ended(agent, atProvider).state()).isEqualTo("done denied ASSURANCE_TOO_LOW");

        String fresh = ask();
        voices.say(fresh, voices.approval(fresh, person, "operator"));
        await().atMost(SOON).until(() -> state(fresh).equals("queue"));
    }

    private static ApproverAnswer known(ApproverAnswer answer, String authenticator) {
        return new ApproverAnswer(
                answer.principal(),
                answer.roles(),
                authenticator,
                answer.method(),
                answer.answer(),
                answer.promptDigest(),
                answer.reason(),
                answer.at(),
                answer.partlySeen());
    }
}
