package dev.sallyport.vault.ca;

import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.servicekit.identity.IdentityInForce;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The issuing authorities that lie in their folder now: {@code sallyport ca rotate} changes them while this runs. */
@Component
public class IssuingAuthorities implements Supplier<Authorities> {
    private static final Logger log = LoggerFactory.getLogger(IssuingAuthorities.class);

    private final IssuingProperties properties;
    private final String fleetId;
    private final Clock clock;
    private volatile Authorities now;

    IssuingAuthorities(IssuingProperties properties, IdentityInForce identity, Clock clock) {
        this.properties = properties;
        this.fleetId = identity.trust().fleetId();
        this.clock = clock;
        this.now = open();
    }

    @Override
    public Authorities get() {
        return now;
    }

    /** Takes up new ones. What cannot be opened leaves those that are used now, and is tried again. */
    void catchUp() {
        X509Certificate lying = Authorities.present(properties.issuingDir());
        if (!lying.equals(now.tls().leaf())) {
            now = open();
            log.info("issuing by new authorities from now on; what the old ones issued counts until its end");
        }
    }

    /** Certificates of the authorities that issue now, for TLS and for statements. */
    public List<X509Certificate> present() {
        Authorities issuing = now;
        return List.of(issuing.tls().leaf(), issuing.signing().leaf());
    }

    /** Certificates of authorities that issued before. */
    List<X509Certificate> retired() {
        return Authorities.retired(properties.issuingDir());
    }

    private Authorities open() {
        return Authorities.openIssuing(properties.issuingDir(), properties.protector(), fleetId, clock.instant());
    }
}
