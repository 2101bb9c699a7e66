package dev.sallyport.cli.fleet;

import java.util.Locale;

/** A service of the fleet that the command talks to. */
public enum Service {
    /** Access, catalogue, proposals, freeze. */
    POLICY("policy-service"),
    /** Humans' decisions. */
    APPROVAL("approval-service"),
    /** Executor control. */
    EXECUTOR("executor-service"),
    /** The ledger. */
    ATTESTATION("attestation-service"),
    /** Secrets and certificates. */
    VAULT("vault-service");

    private final String fullName;

    Service(String fullName) {
        this.fullName = fullName;
    }

    /** The name in its certificate, {@code spiffe://<trust-domain>/service/<name>}. */
    public String fullName() {
        return fullName;
    }

    /** The key in the configuration file, such as {@code policy}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
