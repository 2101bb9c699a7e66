package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.testkit.TestFleet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several join tokens for one name. They are used at a vault of their own, for joins of one address are limited. */
class JoinTokensTest {
    private static final TrustRoots TRUST = TestFleet.shared().trust();

    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start();
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    /** Two tokens were made while the name was free: whoever comes second must not become the same node. */
    @Test
    void ofTwoTokensForOneNameTheFirstUsedIsTheOnlyOne() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-twice");
        String path = "/executor/default/node-twice";
        String first = joinToken(TestAccess.ADMIN, path);
        String second = joinToken(TestAccess.ADMIN, path);
        String third = ownersJoinToken(path);

        assertThat(join(second, node).status()).isEqualTo(201);
        for (String other : List.of(first, third)) {
            RunningVault.Answer refused = join(other, node);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("JOIN_TOKEN_REFUSED");
            assertThat(refused.json().path("detail").asString()).contains("its name has been taken since");
        }
        assertThat(vault.jdbc()
                        .sql("select count(*) from issued_certificate where spiffe_id = ?")
                        .param(node.toString())
                        .query(Integer.class)
                        .single())
                .isOne();

        String again = ownersJoinToken(path);
        String twice = ownersJoinToken(path);
        assertThat(join(again, node).status())
                .as("control: the owner's device lets another holder in")
                .isEqualTo(201);
        assertThat(join(twice, node).code()).as("one other holder, not two").isEqualTo("JOIN_TOKEN_REFUSED");
    }

    /** A token made for a free name does not count beside a holder who came another way. */
    @Test
    void aTokenDoesNotCountOnceSomebodyHasPairedUnderItsName() throws Exception {
        SpiffeId agent = SpiffeId.agent(TRUST.trustDomain(), "paired-first");
        String token = joinToken(TestAccess.OWNER, "/agent/paired-first");
        PairedDevice.pair(vault, "/agent/paired-first");
        assertThat(join(token, agent).code()).isEqualTo("JOIN_TOKEN_REFUSED");
        assertThat(join(ownersJoinToken("/agent/paired-first"), agent).status())
                .as("control: the owner's device lets another holder in")
                .isEqualTo(201);
    }

    @Test
    void twoTokensOfOneNameUsedAtTheSameMomentAdmitOne() throws Exception {
        for (int round = 0; round < 5; round++) {
            SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-race-" + round);
            List<String> tokens = List.of(
                    joinToken(TestAccess.ADMIN, "/executor/default/node-race-" + round),
                    joinToken(TestAccess.ADMIN, "/executor/default/node-race-" + round));
            List<CompletableFuture<Integer>> answers = tokens.stream()
                    .map(token -> CompletableFuture.supplyAsync(
                            () -> join(token, node).status()))
                    .toList();
            assertThat(answers.stream().map(CompletableFuture::join))
                    .as(node.toString())
                    .containsExactlyInAnyOrder(201, 403);
        }
    }

    private static RunningVault.Answer join(String token, SpiffeId id) {
        return vault.with(
                null,
                "POST",
                "/v1/certificates:join",
                Map.of(
                        "join_token",
                        token,
                        "tls_csr",
                        Pem.ofRequest(CertificateRequest.create(KeyTypes.newTlsPair(), id, Set.of(), Set.of()))));
    }

    private static String ownersJoinToken(String path) {
        RunningVault.Answer answer = vault.as("owner", "POST", "/v1/join-tokens", Map.of("spiffe_path", path));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("join_token").asString();
    }

    private static String joinToken(String by, String path) throws Exception {
        RunningVault.Answer answer = vault.with(by, "POST", "/v1/join-tokens", Map.of("spiffe_path", path));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("join_token").asString();
    }
}
