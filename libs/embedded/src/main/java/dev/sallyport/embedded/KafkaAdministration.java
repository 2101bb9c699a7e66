package dev.sallyport.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Makes the fleet's topics and access rules; what exists only gets its settings, so every start may ask for the same. */
public final class KafkaAdministration implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Admin admin;

    /** Connects with the administrator's certificate. */
    public KafkaAdministration(String bootstrapServers, PemFiles identity) {
        var properties = new HashMap<>(KafkaClientSecurity.of(identity));
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("default.api.timeout.ms", (int) LIMIT.toMillis());
        this.admin = Admin.create(properties);
    }

    /** Returns when the broker answers. */
    public void awaitBroker(Duration limit) {
        await(admin.describeCluster().nodes(), limit);
    }

    /**
     * Makes the fleet's topics and the rules of who writes and reads them.
     *
     * @param prefix put before every topic's name; empty in a fleet, one per test class in tests
     * @param partitions of each topic, {@link FleetTopics#PARTITIONS} in a cluster; a topic that is there keeps its own
     */
    public void createFleetTopics(String prefix, int partitions) {
        List<FleetTopics.Topic> topics = FleetTopics.all().stream()
                .flatMap(topic -> Stream.of(topic, FleetTopics.deadLetters(topic)))
                .map(topic -> new FleetTopics.Topic(prefix + topic.name(), topic.writers(), topic.readers()))
                .toList();
        createTopics(topics.stream().map(FleetTopics.Topic::name).toList(), partitions);
        var rules = new ArrayList<AclBinding>();
        for (FleetTopics.Topic topic : topics) {
            topic.writers().forEach(writer -> rules.add(rule(writer, AclOperation.WRITE, topic(topic.name()))));
            topic.readers().forEach(reader -> rules.add(rule(reader, AclOperation.READ, topic(topic.name()))));
        }
        for (String principal : FleetTopics.principals()) {
            rules.add(rule(
                    principal,
                    AclOperation.READ,
                    new ResourcePattern(ResourceType.GROUP, principal, PatternType.PREFIXED)));
        }
        await(admin.createAcls(rules).all(), LIMIT);
        awaitRules(rules);
    }

    /** The controller's yes comes before the broker applies the rules; who wrote in between was refused. */
    private void awaitRules(Collection<AclBinding> rules) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!await(admin.describeAcls(AclBindingFilter.ANY).values(), LIMIT).containsAll(rules)) {
            if (System.nanoTime() - end > 0) {
                throw new BackendException(
                        BackendException.Code.ADMINISTRATION_FAILED, "Kafka did not apply the access rules", null);
            }
        }
    }

    private void createTopics(List<String> names, int partitions) {
        Set<String> existing = await(admin.listTopics().names(), LIMIT);
        List<NewTopic> missing = names.stream()
                .filter(name -> !existing.contains(name))
                .map(name -> new NewTopic(name, partitions, (short) 1).configs(FleetTopics.settings(name)))
                .toList();
        await(admin.createTopics(missing).all(), LIMIT);
        Map<ConfigResource, Collection<AlterConfigOp>> settings = new HashMap<>();
        names.stream()
                .filter(existing::contains)
                .forEach(name -> settings.put(new ConfigResource(ConfigResource.Type.TOPIC, name), settings(name)));
        await(admin.incrementalAlterConfigs(settings).all(), LIMIT);
    }

    /** A topic made by an earlier version gets today's settings. */
    private static Collection<AlterConfigOp> settings(String name) {
        return FleetTopics.settings(name).entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
    }

    /** Names of the topics that there are. */
    public Set<String> topics() {
        return await(admin.listTopics().names(), LIMIT);
    }

    /** How many partitions a topic has. */
    public int partitions(String topic) {
        return await(admin.describeTopics(List.of(topic)).allTopicNames(), LIMIT).values().stream()
                .mapToInt(description -> description.partitions().size())
                .sum();
    }

    /** Removes the topics whose names begin with the prefix, which must not be empty. */
    public void deleteTopics(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("An empty prefix would remove every topic");
        }
        Set<String> names =
                topics().stream().filter(name -> name.startsWith(prefix)).collect(Collectors.toSet());
        await(admin.deleteTopics(names).all(), LIMIT);
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static AclBinding rule(String principal, AclOperation operation, ResourcePattern on) {
        return new AclBinding(on, new AccessControlEntry("User:" + principal, "*", operation, AclPermissionType.ALLOW));
    }

    private static <T> T await(KafkaFuture<T> answer, Duration limit) {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BackendException(
                    BackendException.Code.ADMINISTRATION_FAILED, "Kafka refused or did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(BackendException.Code.ADMINISTRATION_FAILED, "Interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
