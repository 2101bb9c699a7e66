package dev.sallyport.statements.predicate;

import dev.sallyport.statements.vocabulary.Severity;

/**
 * How much is at stake.
 *
 * @param level the strictest severity of the rules that ask
 * @param rule the rule that set it
 */
public record Risk(Severity level, String rule) {}
