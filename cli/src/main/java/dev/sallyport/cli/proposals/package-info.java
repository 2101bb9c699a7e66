/** An agent's side: proposing calls and waiting for their end. */
@NullMarked
package dev.sallyport.cli.proposals;

import org.jspecify.annotations.NullMarked;
