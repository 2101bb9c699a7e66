/** That the benchmarks still run. How fast anything is, no test says. */
@NullMarked
package dev.sallyport.bench;

import org.jspecify.annotations.NullMarked;
