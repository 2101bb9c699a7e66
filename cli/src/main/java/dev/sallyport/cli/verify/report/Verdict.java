package dev.sallyport.cli.verify.report;

import java.util.Locale;

/**
 * What was found out about one claim, for one thing it is made of.
 *
 * @param about the statement or file it is about, or the empty text
 * @param message what was found, where it is more than that the claim holds
 */
public record Verdict(Claim claim, Status status, String about, String message) {
    /** How a claim fares. */
    public enum Status {
        /** Checked and found true. */
        HOLDS,
        /** Checked and found false. */
        FAILS,
        /** Not checked, since something before it failed. */
        UNCHECKED,
        /** Not a proof, not a failure: something the reader must know. */
        NOTED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
