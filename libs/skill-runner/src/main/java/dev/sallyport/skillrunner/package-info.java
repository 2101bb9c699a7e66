/** Runs the modules of skills: within limits, with nothing but the host functions that were granted, a fresh one per call. */
@NullMarked
package dev.sallyport.skillrunner;

import org.jspecify.annotations.NullMarked;
