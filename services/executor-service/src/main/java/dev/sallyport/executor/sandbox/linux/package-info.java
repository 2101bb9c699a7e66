/** Tier C on Linux: bubblewrap in fresh namespaces with a seccomp filter, limits, and proof that they are in force. */
@NullMarked
package dev.sallyport.executor.sandbox.linux;

import org.jspecify.annotations.NullMarked;
