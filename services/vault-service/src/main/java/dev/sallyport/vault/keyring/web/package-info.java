/** The key ring and the seal over HTTP. */
@NullMarked
package dev.sallyport.vault.keyring.web;

import org.jspecify.annotations.NullMarked;
