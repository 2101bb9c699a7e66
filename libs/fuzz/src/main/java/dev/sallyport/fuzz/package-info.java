/** Hostile input for tests: mutation of good samples, guided by the ways in which a parser refuses, within bounds of work. */
@NullMarked
package dev.sallyport.fuzz;

import org.jspecify.annotations.NullMarked;
