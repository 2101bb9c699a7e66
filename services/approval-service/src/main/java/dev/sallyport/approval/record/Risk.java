package dev.sallyport.approval.record;

/**
 * A risk level and why.
 *
 * @param level how much can go wrong
 * @param rule id of the rule that set the level
 */
public record Risk(RiskLevel level, String rule) {}
