package dev.sallyport.vault.secret.web;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.secret.SecretCare;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Values go in here; there is no way in which they come out. */
@RestController
class SecretController {
    private final Secrets secrets;
    private final SecretCare care;

    SecretController(Secrets secrets, SecretCare care) {
        this.secrets = secrets;
        this.care = care;
    }

    record VersionAnswer(
            int version,
            String state,
            List<String> hosts,
            List<String> deliveries,
            List<String> principals,
            List<String> channels,
            @Nullable Instant expiresAt,
            int readsPerMinute,
            Instant createdAt,
            String createdBy) {}

    record SecretAnswer(
            String name,
            String reference,
            int version,
            int currentVersion,
            List<String> hosts,
            List<String> deliveries,
            @Nullable Instant expiresAt,
            List<VersionAnswer> versions) {}

    /**
     * @param next where the next page starts, absent on the last
     */
    record PageAnswer(List<SecretAnswer> secrets, @Nullable String next) {}

    record FindingsAnswer(int opened, List<String> failed) {}

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
                    list(hosts),
                    deliveries == null ? List.of("pipe") : list(deliveries),
                    list(principals),
                    list(channels),
                    time(expiresAt),
                    readsPerMinute == null ? SecretTerms.READS_PER_MINUTE : readsPerMinute);
            return answer(secrets.write(principal.workspaceId(), name, value, terms, principal.name()));
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    @GetMapping("/v1/secrets")
    @Requires(Permission.VAULT_READ)
    PageAnswer list(
            Principal principal,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > 500) {
            throw new VaultException.Invalid("limit", "between 1 and 500");
        }
        List<SecretAnswer> page = secrets.list(principal.workspaceId(), after, limit).stream()
                .map(SecretController::answer)
                .toList();
        return new PageAnswer(page, page.size() == limit ? page.getLast().name() : null);
    }

    @GetMapping("/v1/secrets/{name}")
    @Requires(Permission.VAULT_READ)
    SecretAnswer find(Principal principal, @PathVariable String name) {
        return answer(secrets.find(principal.workspaceId(), name));
    }

    @DeleteMapping("/v1/secrets/{name}")
    @Requires(Permission.VAULT_WRITE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Principal principal, @PathVariable String name) {
        secrets.delete(principal.workspaceId(), name, principal.name());
    }

    @PostMapping("/v1/vault/verify")
    @Requires(Permission.TRUST_OPERATE)
    FindingsAnswer verify() {
        SecretCare.Findings findings = care.verify();
        return new FindingsAnswer(findings.opened(), findings.failed());
    }

    private static SecretAnswer answer(Secrets.SecretView secret) {
        List<VersionAnswer> versions =
                secret.versions().stream().map(SecretController::answer).toList();
        VersionAnswer current = versions.stream()
                .filter(version -> version.version() == secret.currentVersion())
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
                versions);
    }

    private static VersionAnswer answer(Secrets.VersionView version) {
        SecretTerms terms = version.terms();
        return new VersionAnswer(
                version.version(),
                version.state(),
                terms.hosts(),
                terms.deliveries(),
                terms.principals(),
                terms.channels(),
                terms.expiresAt(),
                terms.readsPerMinute(),
                version.createdAt(),
                version.createdBy());
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
        } catch (DateTimeParseException e) {
            throw new VaultException.Invalid("Sallyport-Secret-Expires-At", "it is a time as in RFC 3339, in UTC");
        }
    }
}
