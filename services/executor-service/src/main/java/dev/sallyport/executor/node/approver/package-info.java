/** Whose signature a node wants to see before it runs a call, as its operator sets it. */
@NullMarked
package dev.sallyport.executor.node.approver;

import org.jspecify.annotations.NullMarked;
