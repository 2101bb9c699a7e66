package dev.sallyport.executor.node.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.node.network.SecretRedemption.Refused;
import dev.sallyport.executor.node.network.SecretRedemption.Vault.NotNowException;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.predicate.SecretGrant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretRedemptionTest {
    private static final SecretGrant ONE = new SecretGrant("vault://w/one", 3, "pipe", List.of());
    private static final SecretGrant TWO = new SecretGrant("vault://w/two", 1, "proxy", List.of("a.example"));

    private final List<String> asked = new ArrayList<>();
    private final List<byte[]> handedOver = new ArrayList<>();

    private CallSecrets redeem(SecretRedemption.Vault vault, Instant until, SecretGrant... grants)
            throws InterruptedException {
        SecretRedemption.Vault noted = (reference, nonce, started) -> {
            asked.add(reference + " " + nonce + " " + started);
            byte[] value = vault.redeem(reference, nonce, started);
            handedOver.add(value);
            return value;
        };
        return new SecretRedemption(noted, Clock.systemUTC()).redeem(List.of(grants), "c3RhcnQ=", until);
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(30);
    }

    @Test
    void eachSecretIsAskedForOnceWithTheStartOfTheCall() throws Exception {
        CallSecrets secrets = redeem((reference, _, _) -> ("value of " + reference).getBytes(UTF_8), soon(), ONE, TWO);

        assertThat(secrets.names()).containsExactly("one", "two");
        assertThat(asked).hasSize(2).allMatch(each -> each.endsWith(" c3RhcnQ="));
        assertThat(asked.stream().map(each -> each.split(" ", -1)[1]).toList())
                .as("numbers as the vault takes them, each its own")
                .allMatch(nonce -> nonce.matches("[A-Za-z0-9_-]{16,64}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aLostAnswerIsAskedForAgainUnderTheSameNumber() throws Exception {
        int[] left = {2};
        redeem(
                (_, _, _) -> {
                    if (left[0]-- > 0) {
                        throw new NotNowException("lost", null);
                    }
                    return "value-value".getBytes(UTF_8);
                },
                soon(),
                ONE);

        assertThat(asked).hasSize(3);
        assertThat(new HashSet<>(asked)).hasSize(1);
    }

    @Test
    void whatIsTooLateIsNotAskedForAgain() {
        assertThatThrownBy(() -> redeem(
                        (_, _, _) -> {
                            throw new NotNowException("sealed", null);
                        },
                        Instant.now(),
                        ONE))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(Refused.Code.VAULT_UNAVAILABLE));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aCallGetsAllOfItsSecretsOrNone() {
        assertThatThrownBy(() -> redeem(
                        (reference, _, _) -> {
                            if (reference.endsWith("two")) {
                                throw new Refused(Refused.Code.SECRET_NOT_AVAILABLE);
                            }
                            return "value-value".getBytes(UTF_8);
                        },
                        soon(),
                        ONE,
                        TWO))
                .isInstanceOf(Refused.class);
        assertThat(handedOver).hasSize(1).allSatisfy(value -> assertThat(value).containsOnly(0));
    }

    @Test
    void aValueThatCouldNotBeFoundInOutputIsRefused() {
        assertThatThrownBy(() -> redeem((_, _, _) -> "short".getBytes(UTF_8), soon(), ONE))
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(Refused.Code.SECRET_UNUSABLE));
        assertThat(handedOver).allSatisfy(value -> assertThat(value).containsOnly(0));
    }

    @Test
    void aCallWithoutSecretsAsksNobody() throws Exception {
        assertThat(redeem((_, _, _) -> new byte[0], soon()).names()).isEmpty();
        assertThat(asked).isEmpty();
    }
}
