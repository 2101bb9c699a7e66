package dev.sallyport.servicekit.connector;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits that hold before anything of a request is looked at.
 *
 * @param maxBody largest request body; default 2 MB
 */
@ConfigurationProperties("sallyport.request")
public record RequestLimits(@DefaultValue("2MB") DataSize maxBody) {}
