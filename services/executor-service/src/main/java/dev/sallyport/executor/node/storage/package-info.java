/** The disk that a node works on: when there is too little of it, and what is kept back for the node itself. */
@NullMarked
package dev.sallyport.executor.node.storage;

import org.jspecify.annotations.NullMarked;
