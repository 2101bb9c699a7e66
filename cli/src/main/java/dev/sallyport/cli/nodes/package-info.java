/** The nodes that run calls, as executor control knows them. */
@NullMarked
package dev.sallyport.cli.nodes;

import org.jspecify.annotations.NullMarked;
