/** What policies would decide, before they do: hypothetical requests, and the recorded ones of a period. */
@NullMarked
package dev.sallyport.policy.rehearsal;

import org.jspecify.annotations.NullMarked;
