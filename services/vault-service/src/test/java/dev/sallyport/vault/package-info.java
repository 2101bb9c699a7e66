/** vault-service as its callers meet it, on real PostgreSQL and Kafka. */
@NullMarked
package dev.sallyport.vault;

import org.jspecify.annotations.NullMarked;
