/**
 * Which programs a node runs, and what is refused before a sandbox is even prepared. The kernel is the boundary; this
 * explains.
 */
@NullMarked
package dev.sallyport.executor.process;

import org.jspecify.annotations.NullMarked;
