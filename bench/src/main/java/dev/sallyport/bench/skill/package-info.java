/** Calls of skills, beside another engine that runs the same module. */
@NullMarked
package dev.sallyport.bench.skill;

import org.jspecify.annotations.NullMarked;
