/** Certificate authorities, SPIFFE identities and the files they live in. */
@NullMarked
package dev.sallyport.identity;

import org.jspecify.annotations.NullMarked;
