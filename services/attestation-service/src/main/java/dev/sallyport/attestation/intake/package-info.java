/** Records from Kafka become leaves, or leaves about their rejection. */
@NullMarked
package dev.sallyport.attestation.intake;

import org.jspecify.annotations.NullMarked;
