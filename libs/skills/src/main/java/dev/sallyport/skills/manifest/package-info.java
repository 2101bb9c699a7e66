/** The manifest of a skill, {@code skill.toml}: what the skill is, which tools it has and what it asks for. */
@NullMarked
package dev.sallyport.skills.manifest;

import org.jspecify.annotations.NullMarked;
