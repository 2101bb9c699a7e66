/** Steps from the roots that a fleet trusts to the next ones. */
@NullMarked
package dev.sallyport.statements.step;

import org.jspecify.annotations.NullMarked;
