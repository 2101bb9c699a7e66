/** Every change and access as a statement in the same transaction. */
@NullMarked
package dev.sallyport.vault.audit;

import org.jspecify.annotations.NullMarked;
