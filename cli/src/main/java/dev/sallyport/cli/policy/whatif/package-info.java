/** What policies decide, would decide, and would have decided. */
@NullMarked
package dev.sallyport.cli.policy.whatif;

import org.jspecify.annotations.NullMarked;
