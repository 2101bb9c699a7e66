/** Tests of results and of the processes that a run starts. */
@NullMarked
package dev.sallyport.bench.measure;

import org.jspecify.annotations.NullMarked;
