/** Attacks on the sandbox, each with a positive control and a look at the host. */
@NullMarked
package dev.sallyport.executor.sandbox.linux;

import org.jspecify.annotations.NullMarked;
