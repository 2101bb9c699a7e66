/** The filters as data, run by a small BPF machine. */
@NullMarked
package dev.sallyport.executor.sandbox.seccomp;

import org.jspecify.annotations.NullMarked;
