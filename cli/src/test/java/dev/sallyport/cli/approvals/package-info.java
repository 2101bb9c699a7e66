/** Answers from the command. */
@NullMarked
package dev.sallyport.cli.approvals;

import org.jspecify.annotations.NullMarked;
