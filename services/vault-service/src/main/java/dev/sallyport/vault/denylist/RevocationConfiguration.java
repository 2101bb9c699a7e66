package dev.sallyport.vault.denylist;

import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.CertificateLocks;
import dev.sallyport.vault.ca.IssuingAuthorities;
import dev.sallyport.vault.ca.KnownCertificates;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The denylist of the service that makes it. */
@Configuration(proxyBeanMethods = false)
class RevocationConfiguration {
    @Bean
    Revocations revocations(
            RevocationTable table,
            KnownCertificates known,
            CertificateLocks locks,
            IssuingAuthorities issuing,
            ObjectProvider<VaultAudit> audit,
            IdentityInForce identity,
            LedgerSize ledger,
            TransactionTemplate transaction,
            Clock clock) {
        Revocations revocations =
                new Revocations(table, known, locks, issuing, audit, identity, ledger, transaction, clock);
        revocations.refresh();
        return revocations;
    }

    @Bean
    RepeatedTask revocationWatch(Revocations revocations) {
        return new RepeatedTask("revocation-watch", Duration.ofSeconds(1), revocations::refresh);
    }
}
