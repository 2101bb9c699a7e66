package dev.sallyport.executor.node.network;

import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.CallSecrets.Held;
import dev.sallyport.executor.secret.SecretUnusableException;
import dev.sallyport.statements.predicate.SecretGrant;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the secrets of a call from the vault, each once, with the statements that permit this very call to this very node.
 * An answer that was lost is asked for again under the same number, which the vault takes for the same request.
 */
public final class SecretRedemption {
    private static final Logger log = LoggerFactory.getLogger(SecretRedemption.class);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** The vault knows a repeated request for 30 s (RedemptionTable there). */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Vault vault;
    private final Clock clock;

    /** Redeems at that vault. */
    public SecretRedemption(Vault vault, Clock clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** Who hands secrets over. */
    public interface Vault {
        /** It does not say now. */
        final class NotNowException extends Exception {
            /** With what happened. */
            public NotNowException(String message, @Nullable Throwable cause) {
                super(message, cause);
            }
        }

        /**
         * A secret's value, for the caller to overwrite.
         *
         * @param startedRecord base64 of the record of the call's start, exact bytes
         * @throws Refused if it is not handed over
         * @throws NotNowException if it may be later
         */
        byte[] redeem(String reference, String nonce, String startedRecord) throws NotNowException;
    }

    /** A secret that the call does not get, so that nothing of it runs. */
    public static final class Refused extends RuntimeException {
        /** Why. The constants' names are the codes in statements. */
        public enum Code {
            /** The vault does not hand it over. */
            SECRET_NOT_AVAILABLE(
                    "The vault does not hand over a secret of the call: it is gone, has expired, was used up, or is not"
                            + " for this call any more. Propose the call again, or ask who keeps the vault."),
            /** The vault did not answer in time. */
            VAULT_UNAVAILABLE("The vault did not hand over the secrets of the call in time. Propose the call again."),
            /** The value is of no use for a call. */
            SECRET_UNUSABLE(
                    "A secret of the call is shorter than 8 bytes: it could not be told from other text in what the"
                            + " tool writes. Store a longer one.");

            private final String detail;

            Code(String detail) {
                this.detail = detail;
            }

            /** What to do, for whoever made the call. */
            public String detail() {
                return detail;
            }
        }

        private final Code code;

        /** With why. */
        public Refused(Code code) {
            super(code.name());
            this.code = code;
        }

        /** Why. */
        public Code code() {
            return code;
        }
    }

    /**
     * The secrets of a call, for the caller to close at its end.
     *
     * @param startedRecord base64 of the record of the call's start, exact bytes
     * @param until from then on it is too late
     * @throws Refused if one of them is not to be had; then none is
     */
    public CallSecrets redeem(List<SecretGrant> grants, String startedRecord, Instant until)
            throws InterruptedException {
        if (grants.isEmpty()) {
            return CallSecrets.NONE;
        }
        Instant latest = clock.instant().plus(LONGEST);
        Instant end = until.isBefore(latest) ? until : latest;
        List<Held> held = new ArrayList<>();
        boolean whole = false;
        try {
            for (SecretGrant grant : grants) {
                held.add(new Held(grant, redeemed(grant, startedRecord, end)));
            }
            CallSecrets secrets = CallSecrets.of(held);
            whole = true;
            return secrets;
        } catch (SecretUnusableException _) {
            throw new Refused(Refused.Code.SECRET_UNUSABLE);
        } finally {
            if (!whole) {
                held.forEach(each -> Arrays.fill(each.value(), (byte) 0));
            }
        }
    }

    private byte[] redeemed(SecretGrant grant, String startedRecord, Instant end) throws InterruptedException {
        byte[] random = new byte[24];
        RANDOM.nextBytes(random);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        while (true) {
            try {
                return vault.redeem(grant.reference(), nonce, startedRecord);
            } catch (Vault.NotNowException e) {
                log.warn("{} is not handed over now: {}", grant.reference(), e.getMessage());
                if (!clock.instant().plus(PAUSE).isBefore(end)) {
                    throw new Refused(Refused.Code.VAULT_UNAVAILABLE);
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
