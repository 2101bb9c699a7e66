/** What is asked of the operating system, on the real one. */
@NullMarked
package dev.sallyport.executor.platform;

import org.jspecify.annotations.NullMarked;
