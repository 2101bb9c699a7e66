/** Forms of references and terms. */
@NullMarked
package dev.sallyport.vault.join;

import org.jspecify.annotations.NullMarked;
