/** The tools there are, and what each workspace opens of them. */
@NullMarked
package dev.sallyport.policy.catalogue;

import org.jspecify.annotations.NullMarked;
