/** What a permit must say before it is run. */
@NullMarked
package dev.sallyport.executor.permit;

import org.jspecify.annotations.NullMarked;
