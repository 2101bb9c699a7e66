@NullMarked
package dev.sallyport.executor.secret;

import org.jspecify.annotations.NullMarked;
