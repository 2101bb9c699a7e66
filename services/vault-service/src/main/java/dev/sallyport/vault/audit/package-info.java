/** States every change and access in the transaction of the change. */
@NullMarked
package dev.sallyport.vault.audit;

import org.jspecify.annotations.NullMarked;
