package dev.sallyport.servicekit.kafka;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Notices when a topic was deleted and created again, or all of Kafka was. A consumer keeps its position then, and a record of
 * the new topic below it would never be read.
 */
public final class TopicWatch implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Function<Collection<String>, Map<String, String>> ask;
    private final RepeatedTask task;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private static final class Listener {
        private final Set<String> topics;
        private final Consumer<String> act;
        private Map<String, String> known = Map.of();

        Listener(Collection<String> topics, Consumer<String> act) {
            this.topics = Set.copyOf(topics);
            this.act = act;
        }
    }

    /**
     * A watch that runs with the context.
     *
     * @param ask Kafka's ids of topics, as {@link KafkaClients#topicIds}; it may throw, and is asked again
     */
    TopicWatch(Function<Collection<String>, Map<String, String>> ask) {
        this.ask = ask;
        this.task = new RepeatedTask("topic-watch", PAUSE, this::look);
    }

    /**
     * Tells the generation of these topics: once when it becomes known, and whenever one of them was created again. One thread
     * calls all listeners, one after the other; what throws is called again.
     *
     * @param topics all of which must exist; none is never told of
     * @param act takes the generation: equal for equal topics, in this and every other process
     */
    public void listen(Collection<String> topics, Consumer<String> act) {
        if (!topics.isEmpty()) {
            listeners.add(new Listener(topics, act));
        }
    }

    /** Acts when one of these topics was recreated, but not when they are seen for the first time. See {@link #listen}. */
    public void whenMadeAnew(Collection<String> topics, Runnable act) {
        AtomicBoolean known = new AtomicBoolean();
        listen(topics, _ -> {
            if (known.getAndSet(true)) {
                act.run();
            }
        });
    }

    private void look() {
        Map<Set<String>, Map<String, String>> answers = new HashMap<>();
        for (Listener listener : listeners) {
            Map<String, String> ids = answers.computeIfAbsent(listener.topics, ask);
            if (!ids.equals(listener.known)) {
                if (!listener.known.isEmpty()) {
                    log.warn("topics were created again: {} are now {}", listener.known, ids);
                }
                listener.act.accept(new TreeMap<>(ids).toString());
                listener.known = ids;
            }
        }
    }

    @Override
    public void start() {
        task.start();
    }

    @Override
    public void stop() {
        task.stop();
    }

    @Override
    public boolean isRunning() {
        return task.isRunning();
    }
}
