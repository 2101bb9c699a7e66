/** Control groups and devices as the kernel shows them. */
@NullMarked
package dev.sallyport.executor.sandbox.linux.kernel;

import org.jspecify.annotations.NullMarked;
