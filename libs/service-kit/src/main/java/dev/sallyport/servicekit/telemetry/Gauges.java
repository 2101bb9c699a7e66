package dev.sallyport.servicekit.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** The gauges of one {@link Readings}: each shows what was set last. */
public final class Gauges {
    private final MeterRegistry metrics;
    private final Map<Key, AtomicReference<Double>> values = new ConcurrentHashMap<>();

    private record Key(String name, Tags tags) {}

    Gauges(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * Sets a gauge, and registers it the first time.
     *
     * @param name with dots, as Micrometer has it; its unit as the last word
     * @param description one sentence
     * @param tags label and value in turn, from closed sets: never what a caller chose
     */
    public void set(String name, String description, double value, String... tags) {
        values.computeIfAbsent(new Key(name, Tags.of(tags)), key -> register(key, description))
                .set(value);
    }

    /** Nothing is known now. */
    void forget() {
        values.values().forEach(value -> value.set(Double.NaN));
    }

    private AtomicReference<Double> register(Key key, String description) {
        AtomicReference<Double> value = new AtomicReference<>(Double.NaN);
        Gauge.builder(key.name(), value, AtomicReference::get)
                .tags(key.tags())
                .description(description)
                .strongReference(true)
                .register(metrics);
        return value;
    }
}
