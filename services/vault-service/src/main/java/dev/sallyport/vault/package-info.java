/** vault-service: secrets, the key ring, certificates, the denylist. */
@NullMarked
package dev.sallyport.vault;

import org.jspecify.annotations.NullMarked;
