/** PostgreSQL and Kafka as child processes, configured as in a cluster. */
@NullMarked
package dev.sallyport.embedded;

import org.jspecify.annotations.NullMarked;
