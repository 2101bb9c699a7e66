/** Reads an evidence bundle so strictly that every reader sees the same in it. */
@NullMarked
package dev.sallyport.cli.verify.bundle;

import org.jspecify.annotations.NullMarked;
