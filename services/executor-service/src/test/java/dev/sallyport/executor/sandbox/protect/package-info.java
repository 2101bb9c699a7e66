@NullMarked
package dev.sallyport.executor.sandbox.protect;

import org.jspecify.annotations.NullMarked;
