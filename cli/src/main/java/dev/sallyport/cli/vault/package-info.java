/** Secrets from the outside: they go in, they never come out. */
@NullMarked
package dev.sallyport.cli.vault;

import org.jspecify.annotations.NullMarked;
