/** Forms of references and terms. */
@NullMarked
package dev.sallyport.vault.secret;

import org.jspecify.annotations.NullMarked;
