/** Which certificates and ids no longer count. */
@NullMarked
package dev.sallyport.vault.denylist;

import org.jspecify.annotations.NullMarked;
