/** executor-service: runs permitted calls. */
@NullMarked
package dev.sallyport.executor;

import org.jspecify.annotations.NullMarked;
