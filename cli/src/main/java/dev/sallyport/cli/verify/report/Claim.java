package dev.sallyport.cli.verify.report;

import java.util.Locale;

/** What a bundle claims, each verified by itself. */
public enum Claim {
    /** The file is an evidence bundle in its one form. */
    ARCHIVE("the file is an evidence bundle, complete and without anything unlisted"),
    /** The keys and roots everything is measured by. */
    TRUST("the trust roots are those that the verifier pins"),
    /** The log said so. */
    CHECKPOINT("the checkpoint is this fleet's and carries the log key's signature"),
    /** The leaf is in its one encoding. */
    ENCODING("every envelope is in the one canonical encoding"),
    /** bundle.json says what is there. */
    LISTING("bundle.json describes every statement as it is"),
    /** Who signed. */
    SIGNER("every signer's certificate chains up to the pinned signing CA"),
    /** The signature. */
    SIGNATURE("every envelope's Ed25519 signature verifies"),
    /** The statement's form. */
    FORM("every statement is canonical JSON of its published schema"),
    /** The fleet. */
    FLEET("every statement was issued for this fleet"),
    /** Who may say what. */
    ROLE("every signer is one who may say this"),
    /** The time of issue. */
    VALIDITY("every certificate was valid when its statement was issued"),
    /** What it is about. */
    SUBJECT("every statement is about this proposal, whose digest was computed again"),
    /** What it rests on. */
    LINKS("everything referred to is there, of the stated type and about the same call"),
    /** It is in the log. */
    INCLUSION("every statement is proven to be in the log under the checkpoint"),
    /** Keys are on the ledger. */
    KEY_BINDING("every signing certificate was recorded in the log before it counted"),
    /** Content beside the statements. */
    DETAILS("every disclosed detail has the SHA-256 and size stated"),
    /** The call's first statement. */
    PROPOSED("the call was proposed exactly once"),
    /** The humans. */
    APPROVED("humans answered what was asked, as it was asked, where policy required it"),
    /** The terms. */
    PERMITTED("a permit was cut only where it was due, and is no wider than the proposal"),
    /** The claim. */
    STARTED("one node at most started the call, on a permit in force"),
    /** The result. */
    EXECUTED("the result is that node's, for exactly these arguments, in a sandbox at least as strong"),
    /** The end. */
    ENDED("the call ended exactly once, and its end follows from its cause");

    private final String meaning;

    Claim(String meaning) {
        this.meaning = meaning;
    }

    /** One sentence. */
    public String meaning() {
        return meaning;
    }

    /** The name on the wire, lower case with dashes. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
