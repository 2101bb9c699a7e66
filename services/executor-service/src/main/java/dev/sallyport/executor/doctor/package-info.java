/** Tries out what this host can enforce and says what to change where it cannot. */
@NullMarked
package dev.sallyport.executor.doctor;

import org.jspecify.annotations.NullMarked;
