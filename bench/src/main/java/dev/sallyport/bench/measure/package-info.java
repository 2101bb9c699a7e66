/** What a benchmark is, the terms of a run, and its results beside their floors and bars. */
@NullMarked
package dev.sallyport.bench.measure;

import org.jspecify.annotations.NullMarked;
