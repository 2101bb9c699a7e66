/** One host: claims work, checks it again itself, runs it and testifies. */
@NullMarked
package dev.sallyport.executor.node;

import org.jspecify.annotations.NullMarked;
