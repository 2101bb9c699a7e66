/** How the vault's refusals are answered over HTTP. */
@NullMarked
package dev.sallyport.vault.web;

import org.jspecify.annotations.NullMarked;
