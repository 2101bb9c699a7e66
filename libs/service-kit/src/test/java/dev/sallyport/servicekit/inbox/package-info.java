/** The inbox without a broker. */
@NullMarked
package dev.sallyport.servicekit.inbox;

import org.jspecify.annotations.NullMarked;
