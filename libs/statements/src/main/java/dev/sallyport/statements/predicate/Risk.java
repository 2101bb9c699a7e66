package dev.sallyport.statements.predicate;

/**
 * How much is at stake.
 *
 * @param level {@code low}, {@code medium}, {@code high} or {@code critical}
 * @param rule the rule that set it
 */
public record Risk(String level, String rule) {}
