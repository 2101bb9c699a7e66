/** Cedar's Java API as this engine uses it: sets cached natively, and no answer beside an error. */
@NullMarked
package dev.sallyport.policy.engine.cedar;

import org.jspecify.annotations.NullMarked;
