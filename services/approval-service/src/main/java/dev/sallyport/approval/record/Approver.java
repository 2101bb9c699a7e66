package dev.sallyport.approval.record;

import java.util.List;

/**
 * Somebody who wants to answer, as established by sign-in, token or certificate; never as they say themselves.
 *
 * @param workspaceId the workspace they act in
 * @param principal for example {@code person:ada}
 * @param person whether this is a human; agents and services are not
 * @param roles their roles in that workspace, now
 * @param authenticator how they were established
 * @param authenticatorId which session, token or device; never a secret
 * @param method where the answer came in
 */
public record Approver(
        String workspaceId,
        String principal,
        boolean person,
        List<String> roles,
        Authenticator authenticator,
        String authenticatorId,
        Method method) {

    /** How a person was established. */
    public enum Authenticator {
        /** Signed in by a one-time link; session cookie. */
        SESSION("session"),
        /** A personal token. */
        TOKEN("token"),
        /** A device's client certificate. */
        DEVICE_CERTIFICATE("device-certificate");

        private final String wire;

        Authenticator(String wire) {
            this.wire = wire;
        }

        /** Form in statements. */
        public String wire() {
            return wire;
        }
    }

    /** Where an answer came in. */
    public enum Method {
        /** The pages. */
        WEB("web"),
        /** The REST interface, also by way of the command. */
        API("api");

        private final String wire;

        Method(String wire) {
            this.wire = wire;
        }

        /** Form in statements. */
        public String wire() {
            return wire;
        }
    }

    /** Copies the roles. */
    public Approver {
        roles = List.copyOf(roles);
    }
}
