package dev.sallyport.attestation.index;

import dev.sallyport.statements.RunKey;

/**
 * What the proposal of a call says about it.
 *
 * @param tool the tool that it calls
 * @param run who calls, in which session and run
 */
public record ProposedCall(String tool, RunKey run) {}
