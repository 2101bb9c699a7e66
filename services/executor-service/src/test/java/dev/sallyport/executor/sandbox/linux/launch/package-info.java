@NullMarked
package dev.sallyport.executor.sandbox.linux.launch;

import org.jspecify.annotations.NullMarked;
