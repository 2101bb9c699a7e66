/** How many calls a run and a principal may make, exact under concurrency. */
@NullMarked
package dev.sallyport.policy.budget;

import org.jspecify.annotations.NullMarked;
