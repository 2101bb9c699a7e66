/** What a permit must be before anybody acts on it: the same check in control and on the node. */
@NullMarked
package dev.sallyport.executor.permit;

import org.jspecify.annotations.NullMarked;
