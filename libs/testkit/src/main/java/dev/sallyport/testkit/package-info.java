/** Real PostgreSQL and Kafka for tests. */
@NullMarked
package dev.sallyport.testkit;

import org.jspecify.annotations.NullMarked;
