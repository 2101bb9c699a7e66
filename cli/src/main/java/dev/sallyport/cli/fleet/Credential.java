package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Who we are to the fleet. */
public sealed interface Credential {
    /** No credential: for endpoints that are open to everybody who can connect. */
    record Nobody() implements Credential {}

    /**
     * No credential, and no way yet to know whether the other side is the fleet. Only a pairing may use it, which proves
     * that before it believes anything; nothing secret is sent.
     */
    record Newcomer() implements Credential {}

    /**
     * A bearer token.
     *
     * @param value the token; never printed
     */
    record Token(String value) implements Credential {
        private static final Pattern FORM = Pattern.compile("sp_[a-z]{3}_[0-9A-Za-z_]{20,128}");

        /**
         * Refuses a text that is no token of Sallyport, so that another secret in the wrong file is not sent anywhere.
         */
        public Token {
            if (!FORM.matcher(value).matches()) {
                throw new CommandFailure.Usage("that is not a Sallyport token (sp_<kind>_…)");
            }
        }

        /** Reads a token file: one line. */
        public static Token read(Path file) {
            try {
                if (Files.size(file) > 4096) {
                    throw new CommandFailure.Usage("the token file " + file + " is too long to be one");
                }
                return new Token(Files.readString(file).strip());
            } catch (IOException e) {
                throw new CommandFailure.Usage("cannot read the token file " + file, e);
            }
        }

        /** Hides the token. */
        @Override
        public String toString() {
            return "Token[hidden]";
        }
    }

    /**
     * A client certificate.
     *
     * @param directory an identity directory with {@code tls/tls.crt}, {@code tls/tls.key} and {@code trust.json}
     */
    record Identity(Path directory) implements Credential {}
}
