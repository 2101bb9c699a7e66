/** Breaks the rules, for the rules' own test. */
@NullMarked
package dev.sallyport.structure.wrong;

import org.jspecify.annotations.NullMarked;
