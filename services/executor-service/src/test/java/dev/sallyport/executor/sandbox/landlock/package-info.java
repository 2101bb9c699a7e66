@NullMarked
package dev.sallyport.executor.sandbox.landlock;

import org.jspecify.annotations.NullMarked;
