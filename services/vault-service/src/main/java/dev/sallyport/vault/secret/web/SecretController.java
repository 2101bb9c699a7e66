package dev.sallyport.vault.secret.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.secret.SecretMaintenance;
import dev.sallyport.vault.secret.SecretTerms;
import dev.sallyport.vault.secret.Secrets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Takes values in. No endpoint here gives a value out. */
@RestController
class SecretController {
    private final Secrets secrets;
    private final SecretMaintenance maintenance;

    SecretController(Secrets secrets, SecretMaintenance maintenance) {
        this.secrets = secrets;
        this.maintenance = maintenance;
    }

    record VersionAnswer(
            int version, String state, @JsonUnwrapped TermsAnswer terms, Instant createdAt, String createdBy) {
        static VersionAnswer of(Secrets.VersionView version) {
            return new VersionAnswer(
                    version.version(),
                    version.state(),
                    TermsAnswer.of(version.terms()),
                    version.createdAt(),
                    version.createdBy());
        }
    }

    record TermsAnswer(
            List<String> hosts,
            List<String> deliveries,
            List<String> principals,
            List<String> channels,
            @Nullable Instant expiresAt,
            int readsPerMinute) {
        static TermsAnswer of(SecretTerms terms) {
            return new TermsAnswer(
                    terms.hosts(),
                    terms.deliveries(),
                    terms.principals(),
                    terms.channels(),
                    terms.expiresAt(),
                    terms.readsPerMinute());
        }
    }

    record SecretAnswer(
            String name,
            String reference,
            int version,
            int currentVersion,
            List<String> hosts,
            List<String> deliveries,
            @Nullable Instant expiresAt,
            List<VersionAnswer> versions,
            long uses,
            @Nullable Instant lastUsedAt) {
        static SecretAnswer of(Secrets.SecretView secret) {
            SecretTerms current = secret.versions().stream()
                    .filter(version -> version.version() == secret.currentVersion())
                    .map(Secrets.VersionView::terms)
                    .findFirst()
                    .orElseThrow(VaultException.NotAvailable::new);
            return new SecretAnswer(
                    secret.name(),
                    secret.reference(),
                    secret.currentVersion(),
                    secret.currentVersion(),
                    current.hosts(),
                    current.deliveries(),
                    current.expiresAt(),
                    secret.versions().stream().map(VersionAnswer::of).toList(),
                    secret.uses(),
                    secret.lastUsedAt());
        }
    }

    record UseAnswer(String proposalId, int version, String node, Instant redeemedAt) {
        static UseAnswer of(Secrets.UseView use) {
            return new UseAnswer(use.proposalId(), use.version(), use.node(), use.redeemedAt());
        }
    }

    record FindingsAnswer(int opened, List<String> failed) {}

    /**
     * Stores a value as the newest version of a secret.
     *
     * <p>The value is 8 bytes to 64 KiB.
     *
     * @param name the secret's name
     * @param hosts hosts that the value may be sent to, with commas between, each with the folder of its paths where it is
     *     not for all of them: {@code api.example.com/v1/}
     * @param deliveries ways in which a tool may get it, with commas between; left out, {@code pipe}
     * @param principals principals whose calls may use it, with commas between; left out, all
     * @param channels channels whose calls may use it, with commas between; left out, all
     * @param expiresAt when it ends, a time in UTC such as {@code 2027-01-31T12:00:00Z}; left out, never
     * @param readsPerMinute how often a minute it may be read, 1 to 10,000; left out, 60
     */
    @PutMapping(value = "/v1/secrets/{name}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Requires(Permission.VAULT_WRITE)
    @ResponseStatus(HttpStatus.CREATED)
    SecretAnswer put(
            Principal principal,
            @PathVariable String name,
            @RequestBody byte[] value,
            @RequestHeader(name = "Sallyport-Secret-Hosts", required = false) @Nullable String hosts,
            @RequestHeader(name = "Sallyport-Secret-Deliveries", required = false) @Nullable String deliveries,
            @RequestHeader(name = "Sallyport-Secret-Principals", required = false) @Nullable String principals,
            @RequestHeader(name = "Sallyport-Secret-Channels", required = false) @Nullable String channels,
            @RequestHeader(name = "Sallyport-Secret-Expires-At", required = false) @Nullable String expiresAt,
            @RequestHeader(name = "Sallyport-Secret-Reads-Per-Minute", required = false) @Nullable
                    Integer readsPerMinute) {
        try {
            SecretTerms terms = new SecretTerms(
                    SecretTerms.hosts(list(hosts)),
                    deliveries == null ? List.of("pipe") : list(deliveries),
                    list(principals),
                    list(channels),
                    time(expiresAt),
                    readsPerMinute == null ? SecretTerms.READS_PER_MINUTE : readsPerMinute);
            return SecretAnswer.of(secrets.write(principal.workspaceId(), name, value, terms, principal.name()));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    /** Lists the secrets by name: what they are for, never their values. */
    @GetMapping("/v1/secrets")
    @Requires(Permission.VAULT_READ)
    Page<SecretAnswer> list(Principal principal, PageRequest asked) {
        return secrets.list(principal.workspaceId(), asked).map(SecretAnswer::of);
    }

    /**
     * Shows one secret with all its versions, never their values.
     *
     * @param name the secret's name
     */
    @GetMapping("/v1/secrets/{name}")
    @Requires(Permission.VAULT_READ)
    SecretAnswer find(Principal principal, @PathVariable String name) {
        return SecretAnswer.of(secrets.find(principal.workspaceId(), name));
    }

    /**
     * Lists the calls that had a secret, the latest first, each with the node that was given it.
     *
     * @param name the secret's name
     */
    @GetMapping("/v1/secrets/{name}/uses")
    @Requires(Permission.VAULT_READ)
    Page<UseAnswer> uses(Principal principal, @PathVariable String name, PageRequest asked) {
        return secrets.uses(principal.workspaceId(), name, asked).map(UseAnswer::of);
    }

    /**
     * Destroys every version of a secret.
     *
     * @param name the secret's name
     */
    @DeleteMapping("/v1/secrets/{name}")
    @Requires(Permission.VAULT_WRITE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Principal principal, @PathVariable String name) {
        secrets.delete(principal.workspaceId(), name, principal.name());
    }

    /** Opens every stored version, and names those that do not open. */
    @PostMapping("/v1/vault/verify")
    @Requires(Permission.TRUST_OPERATE)
    FindingsAnswer verify() {
        SecretMaintenance.Findings findings = maintenance.verify();
        return new FindingsAnswer(findings.opened(), findings.failed());
    }

    private static List<String> list(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return List.of();
        }
        return Arrays.stream(header.split(",", -1)).map(String::strip).toList();
    }

    private static @Nullable Instant time(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return Instant.parse(header.strip()).truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeParseException _) {
            throw new VaultException.Invalid(
                    "Sallyport-Secret-Expires-At",
                    "`Sallyport-Secret-Expires-At` must be a time in UTC as in RFC 3339: 2027-01-31T12:00:00Z.");
        }
    }
}
