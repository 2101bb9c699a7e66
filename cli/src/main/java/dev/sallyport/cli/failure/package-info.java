/** How a command ends when it cannot go on, and its exit codes. */
@NullMarked
package dev.sallyport.cli.failure;

import org.jspecify.annotations.NullMarked;
