package dev.sallyport.testkit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value made once, at first use; a failure is remembered, so that a hundred tests do not wait for it again. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    private Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    static <T> Supplier<T> of(Supplier<T> maker) {
        return new Lazy<>(maker);
    }

    @Override
    public synchronized T get() {
        if (failure != null) {
            throw new IllegalStateException("This backend failed to start before: " + failure.getMessage(), failure);
        }
        if (value != null) {
            return value;
        }
        try {
            T made = maker.get();
            value = made;
            return made;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }
}
