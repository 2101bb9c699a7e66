/** The catalogue: which tools there are, and those that a workspace registers for itself. */
@NullMarked
package dev.sallyport.cli.tools;

import org.jspecify.annotations.NullMarked;
