package dev.sallyport.attestation.rejection;

/**
 * Where a record was read.
 *
 * @param topic Kafka topic, with its prefix
 * @param partition partition of the topic
 * @param offset offset in the partition
 */
public record SourcePosition(String topic, int partition, long offset) {}
