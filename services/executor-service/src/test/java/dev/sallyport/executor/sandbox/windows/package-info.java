@NullMarked
package dev.sallyport.executor.sandbox.windows;

import org.jspecify.annotations.NullMarked;
