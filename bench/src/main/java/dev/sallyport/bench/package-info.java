/** What Sallyport costs: benchmarks whose floors are measured in the same run. */
@NullMarked
package dev.sallyport.bench;

import org.jspecify.annotations.NullMarked;
