/** Says what of the fleet can be reached and what to do about the rest. */
@NullMarked
package dev.sallyport.cli.doctor;

import org.jspecify.annotations.NullMarked;
