package dev.sallyport.skills.manifest;

/**
 * One tool of a skill. Its number for {@code skill_call} is its place in the manifest, from 0.
 *
 * @param name its name within the skill
 * @param description what it does, for people and models
 * @param inputSchema the package's file with the JSON Schema of the input
 * @param outputSchema the package's file with the JSON Schema of the output
 * @param risk the least care that it asks for
 */
public record SkillTool(String name, String description, String inputSchema, String outputSchema, SkillRisk risk) {}
