/** What every command stands on: the global options, its surroundings, the options of lists. */
@NullMarked
package dev.sallyport.cli.command;

import org.jspecify.annotations.NullMarked;
