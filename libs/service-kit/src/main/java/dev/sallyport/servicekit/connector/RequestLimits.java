package dev.sallyport.servicekit.connector;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits that hold before anything of a request is looked at.
 *
 * @param maxBody largest request body; default 2 MB
 * @param maxConcurrent so many requests of the public connector are served or wait for it, at least 1; default 128
 * @param servedAtOnce so many of them are served at once, at least 1; default 32. Fewer than the connections to the
 *     database leave some for what the service does by itself
 */
@ConfigurationProperties("sallyport.request")
public record RequestLimits(
        @DefaultValue("2MB") DataSize maxBody,
        @DefaultValue("128") int maxConcurrent,
        @DefaultValue("32") int servedAtOnce) {
    /** Checks the counts. */
    public RequestLimits {
        if (maxConcurrent < 1 || servedAtOnce < 1) {
            throw new IllegalArgumentException(
                    "sallyport.request.max-concurrent and sallyport.request.served-at-once are at least 1");
        }
    }
}
