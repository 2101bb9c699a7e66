/** A node whose disk is nearly full. */
@NullMarked
package dev.sallyport.executor.node.storage;

import org.jspecify.annotations.NullMarked;
