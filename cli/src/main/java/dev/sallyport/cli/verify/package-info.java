/** Checks an evidence bundle offline, claim by claim. */
@NullMarked
package dev.sallyport.cli.verify;

import org.jspecify.annotations.NullMarked;
