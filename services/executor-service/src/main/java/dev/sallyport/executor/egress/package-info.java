/** What a call reaches over the network: by name, over this node alone, and every host of it is told. */
@NullMarked
package dev.sallyport.executor.egress;

import org.jspecify.annotations.NullMarked;
