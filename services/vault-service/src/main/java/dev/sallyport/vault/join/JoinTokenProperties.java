package dev.sallyport.vault.join;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Join tokens ({@code sallyport.vault.*}).
 *
 * @param joinTokenLife how long a join token can be used; default 15 minutes
 */
@Validated
@ConfigurationProperties("sallyport.vault")
record JoinTokenProperties(@DefaultValue("15m") @NotNull Duration joinTokenLife) {}
