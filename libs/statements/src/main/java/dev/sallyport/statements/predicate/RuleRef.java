package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;

/**
 * A policy rule: its id and its content, so that a changed rule is another rule.
 *
 * @param id the policy's {@code @id}
 * @param digest SHA-256 of the policy's text
 */
public record RuleRef(String id, Digest digest) {}
