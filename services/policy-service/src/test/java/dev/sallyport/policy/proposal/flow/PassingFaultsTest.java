package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nobody can say now is asked again; it denies nothing for good. */
class PassingFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String WITH_SECRET = """
            {"tool":"process.run","arguments":{"executable":"uname"},"secrets":["token"]}""";

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("patient"));

    @AfterEach
    void noSecretsAgain() {
        service.vault().refuses();
        service.control().delivers(true);
    }

    @Test
    void aProposalThatCannotBeDecidedNowIsNotDeniedUnderItsKey() {
        service.vault().cannotSay();
        Answer later = service.propose(agent, WITH_SECRET, "Idempotency-Key", "k");
        assertThat(later.status()).isEqualTo(503);
        assertThat(later.code()).isEqualTo("VAULT_UNAVAILABLE");
        assertThat(later.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(service.with(agent, "GET", "/v1/proposals", null).body().path("items"))
                .isEmpty();

        service.vault().grants();
        Answer asked = service.propose(agent, WITH_SECRET, "Idempotency-Key", "k");
        assertThat(asked.state()).startsWith("approve");

        service.vault().refuses();
        assertThat(service.propose(agent, WITH_SECRET).state())
                .as("a secret that does not exist is another thing")
                .isEqualTo("done denied SECRET_NOT_ALLOWED");
    }

    @Test
    void anApprovalAndAPermitWaitUntilTheVaultAnswers() throws Exception {
        service.person("vera", "operator");
        service.vault().grants();
        String id = service.propose(agent, WITH_SECRET).id();
        assertThat(prompt(id).tool().capabilities())
                .as("with what the call adds to the tool")
                .containsExactly("process_exec", "secrets_read");
        int before = service.vault().asked(id);

        service.vault().cannotSay();
        voices.say(id, voices.approval(id, "person:vera", "operator"));
        await().atMost(SOON).until(() -> service.vault().asked(id) >= before + 2);
        assertThat(state(id)).startsWith("approve");
        service.vault().grants();
        await().atMost(SOON).until(() -> state(id).equals("queue"));

        service.vault().cannotSay();
        int answered = service.vault().asked(id);
        service.jdbc()
                .sql("update proposal set permit_not_after = now() - interval '1 second' where proposal_id = :id")
                .param("id", id)
                .update();
        await().atMost(SOON).until(() -> service.vault().asked(id) >= answered + 2);
        assertThat(state(id)).isEqualTo("queue");
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
        service.vault().grants();
        await().atMost(SOON)
                .until(() -> voices.stated(id, ExecutionPermit.class).size() == 2);
    }

    @Test
    void anApprovedCallWaitsForNodesThatAreAway() {
        service.person("vera", "operator");
        service.vault().grants();
        String id = service.propose(agent, WITH_SECRET).id();

        service.control().delivers(false);
        assertThat(service.propose(agent, WITH_SECRET).state())
                .as("control: what is asked for now")
                .isEqualTo("done denied SECRETS_NOT_OFFERED");
        voices.say(id, voices.approval(id, "person:vera", "operator"));
        await().atMost(SOON).until(() -> !state(id).startsWith("approve"));
        assertThat(state(id)).isEqualTo("queue");
        assertThat(voices.stated(id, ExecutionPermit.class).getFirst().secrets())
                .hasSize(1);
    }

    private Prompt prompt(String id) throws Exception {
        byte[] bytes = service.jdbc()
                .sql("select record from kit_outbox where proposal_id = :id and topic like '%ApprovalRequested'")
                .param("id", id)
                .query((rs, n) -> rs.getBytes(1))
                .single();
        StatementRecord record = StatementRecord.parse(bytes);
        Detail detail = record.details()
                .get(voices.stated(id, ApprovalRequested.class)
                        .getFirst()
                        .prompt()
                        .digest());
        return Prompt.read(Objects.requireNonNull(detail));
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }
}
