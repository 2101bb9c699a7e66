package dev.sallyport.vault.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.vault.VaultException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretFormsTest {
    private static final String ALPHABET = "abz09._-#/:vault AZ\u00e4\n\0";

    @Test
    void referencesAreReadAndWrittenAlike() {
        assertThat(SecretReference.parse("vault://01JD/api-key"))
                .isEqualTo(new SecretReference("01JD", "api-key", null));
        assertThat(SecretReference.parse("vault://default/a.b_c#12").version()).isEqualTo(12);
        assertThat(SecretReference.canonical("01JD", "api-key")).isEqualTo("vault://01JD/api-key");
    }

    @Test
    void nothingElseIsAReference() {
        for (String bad : List.of(
                "",
                "vault://",
                "vault:///x",
                "vault://w",
                "vault://w/",
                "vault://w/X",
                "vault://w/-x",
                "vault://w/x#",
                "vault://w/x#0",
                "vault://w/x#-1",
                "vault://w/x#9999999999",
                "vault://w/x/y",
                "vault://w/x ",
                "VAULT://w/x",
                "vault://w/x\n",
                "vault://w/../x",
                "vault://w/" + "x".repeat(129))) {
            assertThatThrownBy(() -> SecretReference.parse(bad)).as(bad).isInstanceOf(VaultException.Invalid.class);
        }
    }

    @Test
    void whateverTheTextItIsReadOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "vault://w/" : "");
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            try {
                SecretReference reference = SecretReference.parse(text.toString());
                String back = SecretReference.canonical(reference.workspace(), reference.name());
                assertThat(text.toString()).as("seed %d", seed).startsWith(back);
                read++;
            } catch (VaultException.Invalid e) {
                assertThat(e.field()).isEqualTo("reference");
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }

    @Test
    void termsAreSortedAndStrict() {
        List<String> hosts = SecretTerms.hosts(List.of("B.example", "a.example", "a.example"));
        SecretTerms terms = new SecretTerms(hosts, List.of("pipe"), List.of(), List.of(), null, 60);
        assertThat(terms.hosts()).containsExactly("a.example", "b.example");
        for (String host : List.of("*", "a b", "a,b", "-a", "a..b", "https://a", "a:123456", "")) {
            assertThatThrownBy(() -> new SecretTerms(List.of(host), List.of("pipe"), List.of(), List.of(), null, 60))
                    .as(host)
                    .isInstanceOf(VaultException.Invalid.class);
        }
        assertThatThrownBy(() -> new SecretTerms(List.of(), List.of(), List.of(), List.of(), null, 60))
                .isInstanceOf(VaultException.Invalid.class);
    }

    @Test
    void anEmptyScopeAdmitsEverybodyAndANamedOneOnlyThoseNamed() {
        SecretTerms all = new SecretTerms(List.of(), List.of("pipe"), List.of(), List.of(), null, 60);
        assertThat(all.admits("agent:x", "api")).isTrue();
        SecretTerms few = new SecretTerms(List.of(), List.of("pipe"), List.of("agent:x"), List.of("api"), null, 60);
        assertThat(few.admits("agent:x", "api")).isTrue();
        assertThat(few.admits("agent:y", "api")).isFalse();
        assertThat(few.admits("agent:x", "web")).isFalse();
    }
}
