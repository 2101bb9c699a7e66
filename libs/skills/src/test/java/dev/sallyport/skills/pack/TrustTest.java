package dev.sallyport.skills.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.statements.Digest;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose packages count, and which versions may follow which. */
class TrustTest {
    private KeyPair acme;
    private KeyPair stranger;
    private SkillPackage unsigned;
    private SkillPackage signed;

    @BeforeEach
    void sign() throws Exception {
        acme = SamplePackage.keys();
        stranger = SamplePackage.keys();
        unsigned = SkillPackage.of(SamplePackage.files());
        signed = SamplePackage.signed(unsigned, acme);
    }

    @Test
    void aKnownKeyCountsAndEveryOtherDoesNot() throws Exception {
        TrustedPublishers trusted = new TrustedPublishers(Map.of("acme", key(acme)), Set.of(), true);

        assertThat(trusted.standing(signed)).isEqualTo(PublisherStanding.KNOWN);
        assertRefused(Refusal.UNSIGNED, trusted, unsigned);
        assertRefused(Refusal.PUBLISHER_KEY_CHANGED, trusted, SamplePackage.signed(unsigned, stranger));
    }

    @Test
    void aRevokedKeyNeverCountsAgainWhoeverShowsIt() throws Exception {
        TrustedPublishers revoked = new TrustedPublishers(Map.of("acme", key(acme)), Set.of(key(acme)), true);
        SkillPackage byAnotherName =
                SamplePackage.signed(SamplePackage.with("publisher = \"acme\"", "publisher = \"other\""), acme);

        assertRefused(Refusal.PUBLISHER_KEY_REVOKED, revoked, signed);
        assertRefused(Refusal.PUBLISHER_KEY_REVOKED, revoked, byAnotherName);
        assertThat(new TrustedPublishers(Map.of(), Set.of(key(stranger)), true).standing(byAnotherName))
                .isEqualTo(PublisherStanding.FIRST_USE);
    }

    @Test
    void aStrangerIsLetIntoQuarantineOnlyWhereFirstUseIsAllowed() throws Exception {
        assertThat(new TrustedPublishers(Map.of(), Set.of(), true).standing(signed))
                .isEqualTo(PublisherStanding.FIRST_USE);
        assertRefused(Refusal.PUBLISHER_UNKNOWN, new TrustedPublishers(Map.of(), Set.of(), false), signed);
    }

    @Test
    void theFingerprintIsThatOfThePublicKeyAsEveryToolShowsIt() throws Exception {
        assertThat(key(acme).fingerprint()).isEqualTo(Digest.of(acme.getPublic().getEncoded()));
        assertThat(key(acme).toPublicKey()).isEqualTo(acme.getPublic());
        assertThatIllegalArgumentException().isThrownBy(() -> new PublisherKey("00"));
    }

    @Test
    void versionsRiseAndNeverChange() throws Exception {
        SkillRelease released = SkillRelease.of(unsigned);
        SkillRelease same = SkillRelease.of(signed);
        SkillRelease replaced = SkillRelease.of(SamplePackage.with("Fetches a page", "Fetches something"));
        SkillRelease older = SkillRelease.of(SamplePackage.with("1.2.0", "1.1.9"));
        SkillRelease newer = SkillRelease.of(SamplePackage.with("1.2.0", "1.10.0"));

        assertThat(same.widens(List.of(released))).isEmpty();
        assertThat(newer.widens(List.of(older, released))).isEmpty();
        assertRefused(Refusal.VERSION_TAKEN, replaced, List.of(released));
        assertRefused(Refusal.VERSION_TAKEN, replaced, List.of(newer, released));
        assertRefused(Refusal.VERSION_OLDER, older, List.of(released));
        assertRefused(Refusal.VERSION_OLDER, released, List.of(newer, older));
    }

    @Test
    void aSkillStaysItsPublishers() throws Exception {
        SkillRelease released = SkillRelease.of(unsigned);
        SkillRelease taken = SkillRelease.of(SamplePackage.with("publisher = \"acme\"", "publisher = \"other\""));
        SkillRelease another = SkillRelease.of(SamplePackage.with("acme.web_fetch", "acme.other"));

        assertRefused(Refusal.PUBLISHER_CHANGED, taken, List.of(released));
        assertThatIllegalArgumentException().isThrownBy(() -> another.widens(List.of(released)));
    }

    @Test
    void aFirstVersionAsksForAllThatItNamesAndALaterOneForWhatIsNew() throws Exception {
        SkillRelease released = SkillRelease.of(unsigned);
        SkillPackage next = SamplePackage.with("1.2.0", "1.3.0", "clock = true", "clock = true\nrandom = true");

        assertThat(released.widens(List.of()))
                .containsExactly(
                        "http GET https://api.example.com/v1/*, answers of at most 1048576 bytes",
                        "files workspace:/data/**, read",
                        "secret api_token as a header to api.example.com",
                        "kv of 1024 bytes",
                        "clock",
                        "tool fetch");
        assertThat(SkillRelease.of(next).widens(List.of(released))).containsExactly("random");
    }

    private static PublisherKey key(KeyPair keys) {
        return PublisherKey.of(keys.getPublic());
    }

    private static void assertRefused(Refusal refusal, TrustedPublishers trusted, SkillPackage skill) {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> trusted.standing(skill))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    private static void assertRefused(Refusal refusal, SkillRelease release, List<SkillRelease> accepted) {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> release.widens(accepted))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
    }
}
