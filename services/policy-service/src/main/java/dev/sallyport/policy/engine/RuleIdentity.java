package dev.sallyport.policy.engine;

import dev.sallyport.statements.Digest;

/**
 * What an approval lifts: a rule by name and by content, so that a rule rewritten under its old name counts as new.
 *
 * @param id the policy's {@code @id}
 * @param digest SHA-256 of the policy's source text, UTF-8
 */
public record RuleIdentity(String id, Digest digest) {}
