/** What the kernel tells of the processes of a call, and the groups by which it holds them. */
@NullMarked
package dev.sallyport.executor.sandbox.linux.kernel;

import org.jspecify.annotations.NullMarked;
