/** What a node does with many calls. */
@NullMarked
package dev.sallyport.bench.node;

import org.jspecify.annotations.NullMarked;
