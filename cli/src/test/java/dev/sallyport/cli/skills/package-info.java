/** Tests of {@code sallyport skills}. */
@NullMarked
package dev.sallyport.cli.skills;

import org.jspecify.annotations.NullMarked;
