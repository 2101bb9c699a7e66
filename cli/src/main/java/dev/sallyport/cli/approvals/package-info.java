/** A human's side: what waits for an answer, shown safely, and the answer. */
@NullMarked
package dev.sallyport.cli.approvals;

import org.jspecify.annotations.NullMarked;
