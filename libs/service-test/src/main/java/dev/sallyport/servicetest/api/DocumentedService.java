package dev.sallyport.servicetest.api;

import org.springframework.context.ApplicationContext;

/** A running service that has an OpenAPI document. */
public interface DocumentedService {
    /** Its name, such as {@code policy-service}. */
    String serviceName();

    /** Whether it runs and one of its connectors is at this port. */
    boolean listensAt(int port);

    /** What it is made of. */
    ApplicationContext context();

    /** An address on its public connector. */
    String open(String path);
}
