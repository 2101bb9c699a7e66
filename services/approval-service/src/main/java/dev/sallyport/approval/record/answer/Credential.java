package dev.sallyport.approval.record.answer;

import dev.sallyport.statements.WireName;
import jakarta.persistence.Embeddable;

/**
 * How an approver was established.
 *
 * @param authenticator what they showed
 * @param authenticatorId which session, token or device it was; never a secret
 * @param method where the answer came in
 */
@Embeddable
public record Credential(Authenticator authenticator, String authenticatorId, Method method) {
    /** What an approver may show. */
    public enum Authenticator implements WireName {
        /** A session cookie, after signing in by a one-time link or a passkey. */
        SESSION("session"),
        /** A session cookie, after signing in at the organisation's OpenID provider. */
        OIDC("oidc"),
        /** A session cookie, a moment after the link; only where an answer asks for it. */
        FRESH_LINK("fresh-link"),
        /** A personal token. */
        TOKEN("token"),
        /** A device's client certificate. */
        DEVICE_CERTIFICATE("device-certificate");

        private final String wire;

        Authenticator(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** The same, where a link that was just used stands for a signature. */
    public Credential freshly() {
        return new Credential(Authenticator.FRESH_LINK, authenticatorId, method);
    }

    /** The same, where an OpenID provider said who it is. */
    public Credential byProvider() {
        return new Credential(Authenticator.OIDC, authenticatorId, method);
    }

    /** Where an answer may come in. */
    public enum Method implements WireName {
        /** The pages. */
        WEB("web"),
        /** The REST interface, which the command uses too. */
        API("api");

        private final String wire;

        Method(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }
}
