/** Runs the modules of skills: within limits, with nothing but the granted host functions, a fresh one for each call. */
@NullMarked
package dev.sallyport.skillrunner;

import org.jspecify.annotations.NullMarked;
