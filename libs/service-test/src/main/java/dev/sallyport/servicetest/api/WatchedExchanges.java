package dev.sallyport.servicetest.api;

import dev.sallyport.servicetest.api.Contract.Exchange;
import dev.sallyport.testkit.Client;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;

/** Holds what tests exchange with running services to the services' documents. */
public final class WatchedExchanges {
    /** A service that a test has closed and forgotten is forgotten here. */
    private static final Set<DocumentedService> SERVICES =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private static final Map<String, Contract> CONTRACTS = new ConcurrentHashMap<>();

    static {
        Client.watch(WatchedExchanges::verify);
    }

    private WatchedExchanges() {}

    /** From now on every exchange of a {@link Client} with this service must be documented. */
    public static void of(DocumentedService service) {
        if (!ApiDocument.isWriting()) {
            SERVICES.add(service);
        }
    }

    private static void verify(HttpRequest request, HttpResponse<?> response) {
        List<DocumentedService> running;
        synchronized (SERVICES) {
            running = List.copyOf(SERVICES);
        }
        running.stream()
                .filter(service -> service.listensAt(request.uri().getPort()))
                .findFirst()
                .map(DocumentedService::serviceName)
                .map(name -> CONTRACTS.computeIfAbsent(name, known -> new Contract(ApiDocument.of(known))))
                .ifPresent(contract -> contract.verify(exchange(request, response)));
    }

    private static Exchange exchange(HttpRequest request, HttpResponse<?> response) {
        URI uri = request.uri();
        return new Exchange(
                request.method(),
                uri.getRawPath(),
                Objects.requireNonNullElse(uri.getRawQuery(), ""),
                request.bodyPublisher().map(WatchedExchanges::sent).orElseGet(() -> new byte[0]),
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                answered(response.body()));
    }

    private static byte[] answered(Object body) {
        return switch (body) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            default -> throw new AssertionError("an answer is read as text or bytes");
        };
    }

    /** The publishers of the tests are made of arrays: they hand over everything before they return. */
    private static byte[] sent(HttpRequest.BodyPublisher publisher) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer part) {
                byte[] bytes = new byte[part.remaining()];
                part.get(bytes);
                all.writeBytes(bytes);
            }

            @Override
            public void onError(Throwable e) {
                throw new AssertionError("the request cannot be read again", e);
            }

            @Override
            public void onComplete() {}
        });
        return all.toByteArray();
    }
}
