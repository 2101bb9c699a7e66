/** The service's clients of Kafka, the topics' names, and the watch over topics that were deleted and created again. */
@NullMarked
package dev.sallyport.servicekit.kafka;

import org.jspecify.annotations.NullMarked;
