/** Speaks with {@code sallyport-launch}, the program in {@code src/main/c/launch.c} that starts tools. */
@NullMarked
package dev.sallyport.executor.sandbox.linux.launch;

import org.jspecify.annotations.NullMarked;
