/** The WebAssembly module of a skill, read without running it: what is malformed, too large or not enabled is found here. */
@NullMarked
package dev.sallyport.skills.module;

import org.jspecify.annotations.NullMarked;
