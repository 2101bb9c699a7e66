/** Tests of the shell scripts in {@code bin}. */
@NullMarked
package dev.sallyport.local.bin;

import org.jspecify.annotations.NullMarked;
