/** vault-service: secrets, keys and identities. */
@NullMarked
package dev.sallyport.vault;

import org.jspecify.annotations.NullMarked;
