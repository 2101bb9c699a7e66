/** The predicates of the six statements. */
@NullMarked
package dev.sallyport.statements.predicate;

import org.jspecify.annotations.NullMarked;
