/** The fleet's list of certificates that no longer count. */
@NullMarked
package dev.sallyport.servicekit.denylist;

import org.jspecify.annotations.NullMarked;
