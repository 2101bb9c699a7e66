package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fetches from the web for one call: every redirect is a request of its own, to a host that must be permitted too. */
public final class WebFetch {
    /** What a request to another host still says; all else may be meant for the first one alone. */
    private static final Set<String> GO_ELSEWHERE = Set.of("accept", "accept-language", "user-agent", "content-type");

    private final HostAccess access;
    private final CallSecrets secrets;

    /** For a call with that access and these secrets. */
    public WebFetch(HostAccess access, CallSecrets secrets) {
        this.access = access;
        this.secrets = secrets;
    }

    /**
     * What is asked for.
     *
     * @param body nothing for an empty one
     * @param redirects how many are followed at most
     * @param mostBytes of the response's body are read
     * @param kept of them are kept
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes that go out, never compared
    public record Wanted(
            String method,
            WebAddress address,
            List<Field> fields,
            byte[] body,
            int redirects,
            long mostBytes,
            int kept) {
        /** Copies the list. */
        public Wanted {
            fields = List.copyOf(fields);
        }
    }

    /**
     * What came.
     *
     * @param address where it came from in the end
     * @param redirects how many led there
     * @param body the first bytes
     * @param totalBytes of the whole body; more than was to be read of it where there is more
     * @param digest SHA-256 in hex of all that was read
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes that came in, never compared
    public record Fetched(
            WebAddress address,
            int redirects,
            int status,
            List<Field> fields,
            byte[] body,
            long totalBytes,
            String digest) {
        /** Copies the list. */
        public Fetched {
            fields = List.copyOf(fields);
        }

        /** The first value of a field, null without it. */
        public @Nullable String field(String name) {
            return Exchange.first(fields, name);
        }
    }

    /**
     * Fetches.
     *
     * @throws EgressRefusedException if a host is not let through, does not answer, or does not speak HTTP/1.1
     */
    public Fetched fetch(Wanted wanted) throws EgressRefusedException {
        Wanted next = wanted;
        for (int redirects = 0; ; redirects++) {
            try (Exchange exchange = Exchange.to(next.address(), access, secrets)) {
                Exchange.Response response = exchange.send(new Exchange.Request(
                        next.method(), next.fields(), new ByteArrayInputStream(next.body()), next.body().length));
                int status = response.status().status();
                String location = Exchange.first(response.fields(), "location");
                if (!isRedirect(status) || location == null || wanted.redirects() == 0) {
                    return read(next, redirects, response);
                }
                if (redirects == wanted.redirects()) {
                    throw access.refusal(
                            next.address().rule().toString(),
                            Reason.NOT_REACHED,
                            "There were more than " + wanted.redirects() + " redirects.");
                }
                next = redirected(next, status, location);
            } catch (EgressRefusedException e) {
                throw e;
            } catch (IOException _) {
                throw brokeOff(next);
            }
        }
    }

    private EgressRefusedException brokeOff(Wanted wanted) {
        return access.refusal(
                wanted.address().rule().toString(),
                Reason.NOT_REACHED,
                "The host " + wanted.address().rule() + " broke off, or was silent for too long.");
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private Wanted redirected(Wanted from, int status, String location) throws EgressRefusedException {
        WebAddress to;
        try {
            to = from.address().follow(location);
        } catch (HostRefusedException e) {
            throw access.refusal(location, Reason.HOST_MALFORMED, "A redirect is not followed: " + e.detail());
        }
        boolean anew = (status == 303 && !from.method().equals("HEAD"))
                || (status <= 302 && from.method().equals("POST"));
        boolean same = to.tls() == from.address().tls()
                && to.rule().equals(from.address().rule());
        List<Field> fields = new ArrayList<>();
        for (Field field : from.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if ((same || GO_ELSEWHERE.contains(name)) && !(anew && name.startsWith("content-"))) {
                fields.add(field);
            }
        }
        return new Wanted(
                anew ? "GET" : from.method(),
                to,
                fields,
                anew ? new byte[0] : from.body(),
                from.redirects(),
                from.mostBytes(),
                from.kept());
    }

    private static Fetched read(Wanted wanted, int redirects, Exchange.Response response) throws IOException {
        MessageDigest digest = Digest.sha256();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        long total = 0;
        InputStream body = response.body();
        for (int count = body.read(buffer, 0, buffer.length);
                count >= 0 && total <= wanted.mostBytes();
                count = body.read(buffer, 0, buffer.length)) {
            digest.update(buffer, 0, count);
            kept.write(buffer, 0, Math.min(count, wanted.kept() - kept.size()));
            total += count;
        }
        return new Fetched(
                wanted.address(),
                redirects,
                response.status().status(),
                response.fields(),
                kept.toByteArray(),
                total,
                HexFormat.of().formatHex(digest.digest()));
    }
}
