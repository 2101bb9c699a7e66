package dev.sallyport.policy.engine;

/**
 * What policies are told of the skill that a call is of.
 *
 * @param id the skill's dotted name
 * @param tool the name of the tool in the catalogue
 * @param digest digest of the skill's package, 64 hexadecimal digits
 * @param status {@code enabled}, {@code quarantined} or {@code revoked}
 * @param allowlisted whether the workspace opened the skill
 */
public record SkillFacts(String id, String tool, String digest, String status, boolean allowlisted) {}
