package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.cache.RecentlyUsed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the answers of introspection for a short while. Anybody can make up tokens: what nobody knows is remembered
 * apart from what counts, so that it pushes nothing out. Who asks while the same question is on its way waits for its
 * answer.
 */
final class IntrospectionMemory {
    static final Duration REMEMBERED = Duration.ofSeconds(3);
    static final int MOST_KNOWN = 10_000;
    static final int MOST_UNKNOWN = 1_000;

    private final LongSupplier nanoTime;
    private final RecentlyUsed<String, Entry> known = new RecentlyUsed<>(MOST_KNOWN);
    private final RecentlyUsed<String, Entry> unknown = new RecentlyUsed<>(MOST_UNKNOWN);
    private final Map<String, CompletableFuture<Optional<Principal>>> asking = new ConcurrentHashMap<>();

    IntrospectionMemory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Entry(Optional<Principal> principal, long until) {}

    /**
     * An answer.
     *
     * @param principal whom the question is about; empty for nobody
     * @param remembered whether nobody was asked for it now
     */
    record Answer(Optional<Principal> principal, boolean remembered) {}

    /**
     * The answer to a question.
     *
     * @param key names the question
     * @param question asks it; its exceptions are the caller's, and nothing is remembered then
     */
    Answer answer(String key, Supplier<Optional<Principal>> question) {
        Entry entry = remembered(key);
        if (entry != null) {
            return new Answer(entry.principal(), true);
        }
        CompletableFuture<Optional<Principal>> own = new CompletableFuture<>();
        CompletableFuture<Optional<Principal>> first = asking.putIfAbsent(key, own);
        return first == null ? new Answer(ask(key, question, own), false) : new Answer(join(first), true);
    }

    private Optional<Principal> ask(
            String key, Supplier<Optional<Principal>> question, CompletableFuture<Optional<Principal>> own) {
        try {
            // Counted from before the question, so that no answer is older than promised.
            long until = nanoTime.getAsLong() + REMEMBERED.toNanos();
            Optional<Principal> principal = question.get();
            (principal.isPresent() ? known : unknown).put(key, new Entry(principal, until));
            own.complete(principal);
            return principal;
        } catch (RuntimeException e) {
            own.completeExceptionally(e);
            throw e;
        } finally {
            // Whatever else was thrown: nobody waits for an answer that never comes.
            own.cancel(false);
            asking.remove(key, own);
        }
    }

    private static Optional<Principal> join(CompletableFuture<Optional<Principal>> first) {
        try {
            return first.join();
        } catch (CompletionException e) {
            throw new IntrospectionUnavailableException(e.getCause());
        } catch (CancellationException e) {
            throw new IntrospectionUnavailableException(e);
        }
    }

    private @Nullable Entry remembered(String key) {
        long now = nanoTime.getAsLong();
        for (RecentlyUsed<String, Entry> entries : List.of(known, unknown)) {
            Entry entry = entries.get(key);
            if (entry != null && now - entry.until() < 0) {
                return entry;
            }
        }
        return null;
    }
}
