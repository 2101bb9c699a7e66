/** One-time tokens with which a workload gets its first certificates. */
@NullMarked
package dev.sallyport.vault.join;

import org.jspecify.annotations.NullMarked;
