package dev.sallyport.embedded;

import dev.sallyport.embedded.tls.RenewableTls;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The server properties of a single broker and controller, the same wherever it runs.
 *
 * @param clientAddress address that clients' connections are accepted on
 * @param clientHost name that clients are told to connect to; one that the broker's certificate bears
 * @param port of clients
 * @param controllerPort of the controller, on 127.0.0.1
 * @param data folder of the broker's state
 * @param identity PEM file with the broker's key and certificate chain
 * @param authorities PEM file with the CAs of clients
 * @param revocation where the broker learns of revoked certificates; null where it does not
 */
public record BrokerConfiguration(
        String clientAddress,
        String clientHost,
        int port,
        int controllerPort,
        String data,
        String identity,
        String authorities,
        @Nullable Revocation revocation) {
    /**
     * Where the broker learns of revoked certificates.
     *
     * @param identityDirectory its own identity, to ask with
     * @param vault internal base URL of vault-service
     * @param file where the newest list is kept
     */
    public record Revocation(Path identityDirectory, URI vault, Path file) {}

    /** The properties file's content. */
    public String text() {
        // A principal is the CN of a certificate whose subject is nothing but that CN; any other subject stays whole
        // and matches no rule.
        return """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:%2$d
            listeners=CLIENT://%7$s:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=CLIENT://%8$s:%1$d,CONTROLLER://localhost:%2$d
            listener.security.protocol.map=CLIENT:SSL,CONTROLLER:SSL
            inter.broker.listener.name=CLIENT
            controller.listener.names=CONTROLLER
            ssl.client.auth=required
            ssl.enabled.protocols=TLSv1.3
            ssl.engine.factory.class=dev.sallyport.embedded.tls.RenewableTls
            ssl.keystore.type=PEM
            ssl.keystore.location=%4$s
            ssl.truststore.type=PEM
            ssl.truststore.location=%5$s
            ssl.principal.mapping.rules=RULE:^CN=([A-Za-z0-9._-]+)$/$1/,DEFAULT
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            super.users=User:kafka;User:kafka-admin
            allow.everyone.if.no.acl.found=false
            auto.create.topics.enable=false
            delete.topic.enable=true
            log.dirs=%3$s
            num.partitions=4
            default.replication.factor=1
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=1
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.num.partitions=2
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.initial.rebalance.delay.ms=0
            message.max.bytes=%6$d
            replica.fetch.max.bytes=%6$d
            num.network.threads=2
            num.io.threads=4
            background.threads=2
            num.recovery.threads.per.data.dir=1
            log.cleaner.dedupe.buffer.size=16777216
            log.segment.bytes=67108864
            """.formatted(
                                port,
                                controllerPort,
                                data,
                                identity,
                                authorities,
                                FleetTopics.MAX_MESSAGE_BYTES,
                                clientAddress,
                                clientHost)
                + revocationLines();
    }

    private String revocationLines() {
        return revocation == null
                ? ""
                : "%s=%s\n%s=%s\n%s=%s\n"
                        .formatted(
                                RenewableTls.IDENTITY,
                                revocation.identityDirectory(),
                                RenewableTls.VAULT,
                                revocation.vault(),
                                RenewableTls.DENYLIST,
                                revocation.file());
    }
}
