/** The programs of ours that run inside a sandbox, and what its first process tells. */
@NullMarked
package dev.sallyport.executor.sandbox.linux.gate;

import org.jspecify.annotations.NullMarked;
