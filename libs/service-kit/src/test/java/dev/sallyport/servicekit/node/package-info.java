/** A process on the kit that has neither database nor Kafka. */
@NullMarked
package dev.sallyport.servicekit.node;

import org.jspecify.annotations.NullMarked;
