/** A node against honest and dishonest control. */
@NullMarked
package dev.sallyport.executor.node;

import org.jspecify.annotations.NullMarked;
