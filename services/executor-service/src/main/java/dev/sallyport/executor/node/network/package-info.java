/** A node's way to the network and to the vault, as it is set up. */
@NullMarked
package dev.sallyport.executor.node.network;

import org.jspecify.annotations.NullMarked;
