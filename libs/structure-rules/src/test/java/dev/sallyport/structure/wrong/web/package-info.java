/** Breaks the rules, for the rules' own test. */
@NullMarked
package dev.sallyport.structure.wrong.web;

import org.jspecify.annotations.NullMarked;
