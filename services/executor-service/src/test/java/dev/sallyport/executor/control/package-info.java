/** Executor control on real PostgreSQL and Kafka. */
@NullMarked
package dev.sallyport.executor.control;

import org.jspecify.annotations.NullMarked;
