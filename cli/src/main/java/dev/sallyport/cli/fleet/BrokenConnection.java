package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.FleetFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why there is no connection, in the words of somebody who runs a fleet. */
final class BrokenConnection {
    private BrokenConnection() {}

    /**
     * The failure for a connection that broke, or that was never made.
     *
     * @param trust the file with the roots that were believed; null where the platform's were
     */
    static FleetFailure failure(URI uri, IOException e, @Nullable Path trust) {
        String address = uri.getScheme() + "://" + uri.getAuthority();
        if (e instanceof SSLException) {
            return FleetFailure.distrusted(tls(address, e, trust), e);
        }
        return FleetFailure.unreachable(address, reason(e), e);
    }

    private static String reason(IOException e) {
        if (cause(e, UnresolvedAddressException.class) != null) {
            return "there is no machine of this name";
        }
        return switch (e) {
            case HttpTimeoutException _ -> "no answer in time";
            case ConnectException _ -> "connection refused";
            default ->
                e.getMessage() == null || e.getMessage().startsWith("HTTP/1.1 header parser")
                        ? "the connection was closed without an answer"
                        : e.getMessage();
        };
    }

    private static String tls(String address, IOException e, @Nullable Path trust) {
        if (cause(e, CertificateExpiredException.class) != null) {
            return address + " is not trusted: its certificate has expired. Renew it: sallyport ca renew DIR";
        }
        if (cause(e, CertPathBuilderException.class) != null || cause(e, CertPathValidatorException.class) != null) {
            return address + " is not trusted: "
                    + (trust == null
                            ? "no root that this machine believes has issued its certificate. For a fleet's own"
                                    + " certificates name its trust.json in the configuration"
                            : "its certificate is not of the fleet that " + trust
                                    + " names. Another fleet answers there, or the configuration is another fleet's: see"
                                    + " SALLYPORT_HOME and --config");
        }
        CertificateException refusal = cause(e, CertificateException.class);
        if (refusal != null) {
            return address + " is not trusted: " + refusal.getMessage();
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("fatal alert") || message.contains("closed") || message.contains("terminated")) {
            return address + " does not accept our certificate. It may have expired or been revoked, or be of another"
                    + " fleet, or none was shown where one is needed: `sallyport ca status DIR` shows its age";
        }
        if (message.contains("nrecognized SSL message")) {
            return address + " does not speak TLS. Is the address right, and is it http instead of https?";
        }
        return "no TLS connection with " + address + ": " + message;
    }

    private static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> type) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
