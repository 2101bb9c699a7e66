/** The keys that everything at rest is sealed under, their terms, and the vault's seal. */
@NullMarked
package dev.sallyport.vault.keyring;

import org.jspecify.annotations.NullMarked;
