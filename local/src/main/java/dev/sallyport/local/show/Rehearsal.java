package dev.sallyport.local.show;

import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.local.fleet.Fleet;
import dev.sallyport.local.fleet.Programs;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Does what a supervisor does at a start, as far as it changes nothing in a fleet that runs, so that the supervisor's AOT
 * cache can be made of it.
 */
final class Rehearsal {
    private Rehearsal() {}

    /**
     * Returns when all has been done once.
     *
     * @param arguments the fleet's home, the checkout, the folder of its programs, Kafka's port, policy-service's public URL
     *     and its internal one
     */
    public static void main(String... arguments) {
        if (arguments.length != 6) {
            throw new IllegalArgumentException(
                    "Usage: Rehearsal HOME CHECKOUT PROGRAMS KAFKA_PORT PUBLIC_URL INTERNAL_URL");
        }
        Path home = Path.of(arguments[0]);
        FleetCa ca = FleetCa.open(home, Clock.systemUTC());
        ca.status();
        Programs programs = Programs.ofRunningFleet(
                Path.of(arguments[1]), Path.of(arguments[2]), Path.of(System.getProperty("java.home")));
        programs.unpack(Fleet.modules());
        Path identities = home.resolve("identities");
        try (var kafka =
                new KafkaAdministration("localhost:" + arguments[3], PemFiles.of(identities.resolve("kafka-admin")))) {
            // Every start asks for the same.
            kafka.createFleetTopics("", FleetTopics.PARTITIONS_ON_ONE_MACHINE);
        }
        try (FleetClient client = FleetClient.anonymous()) {
            client.get(arguments[4] + "/actuator/health/readiness", null).successful();
        }
        try (FleetClient client = FleetClient.withIdentity(identities.resolve("owner"), Clock.systemUTC())) {
            // Whatever the answer is: the connection is what a start makes.
            System.out.println(client.get(arguments[5] + "/v1/tools", null).status());
        }
    }
}
