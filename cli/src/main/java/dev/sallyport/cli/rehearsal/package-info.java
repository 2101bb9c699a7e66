/** What the JVM learns the usual commands from, so that they start faster. */
@NullMarked
package dev.sallyport.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
