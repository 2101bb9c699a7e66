/** seccomp filters in classic BPF, built per architecture from one table of system calls. */
@NullMarked
package dev.sallyport.executor.sandbox.seccomp;

import org.jspecify.annotations.NullMarked;
