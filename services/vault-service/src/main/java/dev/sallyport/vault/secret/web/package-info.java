/** Secrets over HTTP. */
@NullMarked
package dev.sallyport.vault.secret.web;

import org.jspecify.annotations.NullMarked;
