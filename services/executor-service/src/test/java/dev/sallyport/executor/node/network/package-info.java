@NullMarked
package dev.sallyport.executor.node.network;

import org.jspecify.annotations.NullMarked;
