/** The fleet's signed denylist: which certificates and ids no longer count. */
@NullMarked
package dev.sallyport.identity.denylist;

import org.jspecify.annotations.NullMarked;
