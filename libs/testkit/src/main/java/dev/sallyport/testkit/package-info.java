/**
 * Real PostgreSQL and Kafka for tests, and the identities of a whole fleet.
 *
 * <p>A Spring test takes its configuration in one line; every call makes a fresh database and fresh topics, the two
 * servers are started once per JVM and end with it:
 *
 * <pre>{@code
 * @DynamicPropertySource
 * static void fleet(DynamicPropertyRegistry registry) {
 *     TestFleet.shared().properties("policy-service").forEach((name, value) -> registry.add(name, () -> value));
 * }
 * }</pre>
 *
 * <p>Without Spring: {@code FleetBackends.shared().postgres().freshDatabase("policy-service")}, {@code
 * FleetBackends.shared().kafka()} and {@code TestFleet.shared().identity("policy-service")}. The access rules are the
 * fleet's: a service may use only consumer groups whose names begin with its own, and only its topics.
 *
 * <p>{@code -Dfleet.backends=embedded} (default) starts what the product starts on one machine; {@code containers}
 * takes images ({@code -Dfleet.postgres.image}, {@code -Dfleet.kafka.image}) and fails where no container engine
 * answers. Started as root, PostgreSQL runs as {@code -Dfleet.postgres.user}, else {@code sallyport-pg}, else {@code
 * nobody}.
 */
@NullMarked
package dev.sallyport.testkit;

import org.jspecify.annotations.NullMarked;
