package dev.sallyport.servicekit.connector;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits that hold before anything of a request is looked at.
 *
 * @param maxBody largest request body; default 2 MB
 * @param maxConcurrent how many requests of the public connector are served at the same time, at least 1; default 128
 */
@ConfigurationProperties("sallyport.request")
public record RequestLimits(
        @DefaultValue("2MB") DataSize maxBody,
        @DefaultValue("128") int maxConcurrent) {
    /** Checks the count. */
    public RequestLimits {
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("sallyport.request.max-concurrent must be at least 1");
        }
    }
}
