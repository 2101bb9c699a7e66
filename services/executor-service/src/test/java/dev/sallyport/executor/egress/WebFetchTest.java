package dev.sallyport.executor.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.SecretGrant;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each refusal beside the same that is let through; what counts is what the servers have seen. */
class WebFetchTest {
    private static final String VALUE = "s3cret-value-of-a-key";

    private final TestWire wire = new TestWire("example.com", "other.example");
    private final List<TestServer> servers = new ArrayList<>();
    private EgressTerms terms = EgressTerms.DEFAULT;

    @AfterEach
    void close() throws IOException {
        for (TestServer server : servers) {
            server.close();
        }
    }

    /** An https server under that name, at an address of its own. */
    private TestServer https(String host, String address, Function<String, String> answers) throws IOException {
        TestServer server = new TestServer(wire.as(host), answers);
        servers.add(server);
        wire.names(host, address).leads(address, 443, server.port());
        return server;
    }

    private TestServer example(Function<String, String> answers) throws IOException {
        return https("example.com", TestWire.PUBLIC, answers);
    }

    private HostAccess access(String... hosts) {
        return HostAccess.of(List.of(hosts), terms, wire, _ -> false);
    }

    private static WebFetch.Wanted get(String url, Field... fields) throws HostRefusedException {
        return new WebFetch.Wanted("GET", WebAddress.parse(url), List.of(fields), new byte[0], 5, 1 << 20, 1 << 16);
    }

    private static WebFetch.Fetched fetch(HostAccess access, String url) throws Exception {
        return new WebFetch(access, CallSecrets.NONE).fetch(get(url));
    }

    private static Reason refusal(HostAccess access, WebFetch.Wanted wanted, CallSecrets secrets) {
        try {
            new WebFetch(access, secrets).fetch(wanted);
            throw new AssertionError("it was let through");
        } catch (EgressRefusedException e) {
            return e.reason();
        }
    }

    private static Reason refusal(HostAccess access, String url) throws Exception {
        return refusal(access, get(url), CallSecrets.NONE);
    }

    private static CallSecrets secret(String... hosts) throws Exception {
        return CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of(hosts)), VALUE.getBytes(UTF_8))));
    }

    @Test
    void aPermittedHostAnswers() throws Exception {
        TestServer server = example(_ -> TestServer.ok("hello"));
        HostAccess access = access("example.com");

        WebFetch.Fetched fetched = fetch(access, "https://example.com/a?b=c");

        assertThat(fetched.status()).isEqualTo(200);
        assertThat(new String(fetched.body(), UTF_8)).isEqualTo("hello");
        assertThat(fetched.digest())
                .isEqualTo(Digest.of("hello".getBytes(UTF_8)).hex());
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n");
        assertThat(access.facts())
                .anySatisfy(fact -> assertThat(fact.value()).startsWith("example.com at " + TestWire.PUBLIC));
    }

    @Test
    void aBodyIsSentAndTheMethodIsKept() throws Exception {
        TestServer server =
                example(_ -> "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

        WebFetch.Fetched fetched = new WebFetch(access("example.com"), CallSecrets.NONE)
                .fetch(new WebFetch.Wanted(
                        "POST",
                        WebAddress.parse("https://example.com/"),
                        List.of(new Field("Content-Type", "text/plain")),
                        "body".getBytes(UTF_8),
                        0,
                        100,
                        100));

        assertThat(fetched.status()).isEqualTo(201);
        assertThat(new String(fetched.body(), UTF_8)).isEqualTo("ok");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("POST /")
                .endsWith("\r\n\r\nbody");
    }

    @Test
    void aHostOrPortThatIsNotPermittedIsNotReached() throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        wire.names("evil.example", TestWire.PUBLIC).leads(TestWire.PUBLIC, 8443, server.port());

        assertThat(refusal(access("example.com"), "https://evil.example/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(refusal(access("example.com"), "https://example.com:8443/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(refusal(access("example.com"), "http://example.com/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(refusal(access(), "https://example.com/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(server.connections()).isZero();
        assertThat(wire.asked()).as("not even a name is asked for").isEmpty();
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(200);
    }

    @Test
    void whatTheOperatorDeniesIsSoWhateverThePermitSays() throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(200);
        terms = new EgressTerms(List.of(HostRule.parse("example.com")), 10, 10, 1 << 20, Duration.ofSeconds(5));

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
                "224.0.0.1", "255.255.255.255", "168.63.129.16", "::1", "fe80::1", "fd00::1", "fd00:ec2::254",
                "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "::"
            })
    void aNameThatLeadsInsideIsNotFollowed(String inside) throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(200);
        wire.names("example.com", inside).leads(inside, 443, server.port());

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.ADDRESS_REFUSED);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void oneAddressInsideAmongOthersIsEnough() throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        wire.names("example.com", TestWire.PUBLIC, "10.0.0.1");

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.ADDRESS_REFUSED);
        assertThat(server.connections()).isZero();
    }

    @Test
    void theFleetsOwnAddressesAreRefusedThoughTheyArePublic() throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        InetAddress fleet = TestWire.address(TestWire.PUBLIC);
        HostAccess access = HostAccess.of(List.of("example.com"), terms, wire, fleet::equals);

        assertThat(refusal(access, "https://example.com/")).isEqualTo(Reason.ADDRESS_REFUSED);
        assertThat(server.connections()).isZero();
    }

    /** DNS rebinding: what was looked at is what is connected to, for the whole call. */
    @Test
    void aNameIsResolvedOnceForTheWholeCall() throws Exception {
        example(_ -> TestServer.ok("outside"));
        TestServer inside = new TestServer(wire.as("example.com"), _ -> TestServer.ok("inside"));
        servers.add(inside);
        wire.leads("10.0.0.1", 443, inside.port());
        HostAccess access = access("example.com");
        assertThat(fetch(access, "https://example.com/").status()).isEqualTo(200);

        wire.names("example.com", "10.0.0.1");

        assertThat(new String(fetch(access, "https://example.com/").body(), UTF_8))
                .isEqualTo("outside");
        assertThat(wire.asked()).containsExactly("example.com");
        assertThat(inside.connections()).isZero();
        assertThat(refusal(access("example.com"), "https://example.com/"))
                .as("another call asks again")
                .isEqualTo(Reason.ADDRESS_REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "http://169.254.169.254/latest/meta-data/",
                "https://127.0.0.1/",
                "https://example.com:8443/",
                "http://example.com/",
                "https://example.com@evil.example/",
                "//evil.example/",
                "https://2130706433/",
                "https://[::1]/",
                "file:///etc/passwd",
                "gopher://example.com/",
                "https://evil.example\\@example.com/"
            })
    void aRedirectIsARequestOfItsOwn(String location) throws Exception {
        TestServer server = example(request -> request.startsWith("GET /ok")
                ? TestServer.ok("end")
                : "HTTP/1.1 302 Found\r\nLocation: " + (request.startsWith("GET /control") ? "/ok" : location)
                        + "\r\nContent-Length: 0\r\n\r\n");
        wire.names("evil.example", TestWire.PUBLIC).leads(TestWire.PUBLIC, 8443, server.port());
        wire.leads(TestWire.PUBLIC, 80, server.port());
        assertThat(fetch(access("example.com"), "https://example.com/control").redirects())
                .as("control")
                .isEqualTo(1);

        assertThat(refusal(access("example.com"), "https://example.com/"))
                .isIn(Reason.HOST_NOT_PERMITTED, Reason.HOST_MALFORMED);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aRedirectToAnotherPermittedHostLosesWhatWasForTheFirst() throws Exception {
        example(_ -> "HTTP/1.1 307 Temporary\r\nLocation: https://other.example/\r\nContent-Length: 0\r\n\r\n");
        TestServer other = https("other.example", "93.184.216.35", _ -> TestServer.ok("there"));

        WebFetch.Fetched fetched = new WebFetch(access("example.com", "other.example"), CallSecrets.NONE)
                .fetch(get(
                        "https://example.com/",
                        new Field("Authorization", "Bearer given"),
                        new Field("Cookie", "a=b"),
                        new Field("X-Api-Key", "k"),
                        new Field("Accept", "text/plain")));

        assertThat(new String(fetched.body(), UTF_8)).isEqualTo("there");
        assertThat(other.requests())
                .singleElement()
                .asString()
                .contains("Accept: text/plain")
                .doesNotContain("given", "a=b", "X-Api-Key");
    }

    @Test
    void redirectsWithoutEndHaveOne() throws Exception {
        TestServer server = example(_ -> "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.NOT_REACHED);
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void aServerThatHasNotProvenItsNameIsSentNothing() throws Exception {
        TestServer impostor = new TestServer(wire.as("other.example"), _ -> TestServer.ok("x"));
        TestServer stranger = new TestServer(new TestWire("example.com").as("example.com"), _ -> TestServer.ok("x"));
        servers.addAll(List.of(impostor, stranger));
        for (TestServer server : List.of(impostor, stranger)) {
            wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
            assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.SERVER_NOT_PROVEN);
            assertThat(server.requests()).isEmpty();
        }
        example(_ -> TestServer.ok("x"));
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n"
            })
    void anAnswerThatIsNoneIsRefused(String answer) throws Exception {
        example(request -> request.startsWith("GET /control") ? TestServer.ok("x") : answer);
        assertThat(fetch(access("example.com"), "https://example.com/control").status())
                .as("control")
                .isEqualTo(200);

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.MALFORMED_MESSAGE);
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        example(_ -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");

        assertThat(refusal(access("example.com"), "https://example.com/")).isEqualTo(Reason.NOT_REACHED);
    }

    @Test
    void bytesAndConnectionsAreBounded() throws Exception {
        example(_ -> TestServer.ok("x".repeat(100_000)));
        assertThat(fetch(access("example.com"), "https://example.com/").totalBytes())
                .as("control")
                .isEqualTo(100_000);

        terms = new EgressTerms(List.of(), 2, 2, 50_000, Duration.ofSeconds(5));
        HostAccess little = access("example.com");
        assertThatThrownBy(() -> fetch(little, "https://example.com/")).isInstanceOf(EgressRefusedException.class);
        assertThat(little.facts()).anySatisfy(fact -> assertThat(fact.value()).contains("BYTES_EXCEEDED"));

        terms = new EgressTerms(List.of(), 2, 2, 1 << 20, Duration.ofSeconds(5));
        HostAccess few = access("example.com");
        fetch(few, "https://example.com/");
        fetch(few, "https://example.com/");
        assertThat(refusal(few, "https://example.com/")).isEqualTo(Reason.TOO_MANY_CONNECTIONS);
    }

    @Test
    void aSecretIsAddedForItsHostAndIsSeenNowhereElse() throws Exception {
        TestServer server = example(request -> TestServer.ok("you sent " + request));
        HostAccess access = access("example.com");

        WebFetch.Fetched fetched = new WebFetch(access, secret("example.com"))
                .fetch(get("https://example.com/", new Field("Authorization", "Bearer {secret:key}")));

        assertThat(server.requests()).singleElement().asString().contains("Authorization: Bearer " + VALUE + "\r\n");
        assertThat(new String(fetched.body(), UTF_8))
                .contains("Bearer [secret:key]")
                .doesNotContain(VALUE);
        assertThat(access.facts().toString()).doesNotContain(VALUE);
    }

    @Test
    void anEchoInAFieldIsTakenOutToo() throws Exception {
        example(_ -> "HTTP/1.1 200 " + VALUE + "\r\nX-Echo: a" + VALUE + "b\r\nX-" + VALUE
                + ": c\r\nContent-Length: 0\r\n\r\n");

        WebFetch.Fetched fetched = new WebFetch(access("example.com"), secret("example.com"))
                .fetch(get("https://example.com/", new Field("Authorization", "{secret:key}")));

        assertThat(fetched.field("x-echo")).isEqualTo("a[secret:key]b");
        assertThat(fetched.fields())
                .as("a name with a secret in it is no name any more")
                .noneMatch(field -> field.name().contains(VALUE));
    }

    /** A statement is for ever: no tool writes its own text into one. */
    @Test
    void onlyHostsThatThePermitNamesAreTold() throws Exception {
        example(_ -> TestServer.ok("x"));
        https("a.other.example", "93.184.216.35", _ -> TestServer.ok("x"));
        HostAccess access = access("example.com", "*.other.example");

        assertThat(refusal(access, "https://" + VALUE + ".example/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(refusal(access, "https://example.com:8443/")).isEqualTo(Reason.HOST_NOT_PERMITTED);
        assertThat(refusal(access, "https://" + VALUE + ".other.example/")).isEqualTo(Reason.NAME_NOT_RESOLVED);
        assertThat(fetch(access, "https://a.other.example/").status()).isEqualTo(200);

        assertThat(access.facts().toString()).doesNotContain(VALUE, "a.other", "8443");
        assertThat(values(access, "hosts_refused")).containsExactly("not named by the permit: HOST_NOT_PERMITTED 2");
        assertThat(values(access, "host_refused"))
                .as("control")
                .containsExactly("*.other.example NAME_NOT_RESOLVED, 1 times");
        assertThat(values(access, "host_reached")).singleElement().asString().startsWith("*.other.example at 93.");
    }

    @Test
    void factsAreBoundedAndASecretThatWasToGoElsewhereIsAmongThem() throws Exception {
        String label = "x".repeat(60);
        List<String> hosts = new ArrayList<>();
        for (int each = 0; each < 63; each++) {
            hosts.add("h" + each + "." + label + "." + label + "." + label + ".example:80");
        }
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        hosts.add("example.com");
        HostAccess access = HostAccess.of(hosts, terms, wire, _ -> false);
        for (String host : hosts.subList(0, 63)) {
            assertThat(refusal(access, "http://" + host.replace(":80", "") + "/"))
                    .isEqualTo(Reason.NAME_NOT_RESOLVED);
        }
        assertThat(access.secretElsewhere()).as("control").isFalse();

        WebFetch.Wanted elsewhere = get("https://example.com/", new Field("X", "{secret:key}"));
        assertThat(refusal(access, elsewhere, secret("other.example"))).isEqualTo(Reason.SECRET_ELSEWHERE);

        assertThat(access.secretElsewhere()).isTrue();
        assertThat(values(access, "host_refused")).startsWith("example.com SECRET_ELSEWHERE, 1 times");
        assertThat(access.facts()).hasSizeBetween(10, EgressLog.MOST_FACTS);
        assertThat(access.facts().toString().length()).isLessThan(EgressLog.MOST_BYTES);
        int told = values(access, "host_refused").size();
        assertThat(values(access, "hosts_untold")).containsExactly("host_refused " + (64 - told));
    }

    private static List<String> values(HostAccess access, String name) {
        return access.facts().stream()
                .filter(fact -> fact.name().equals(name))
                .map(fact -> String.valueOf(fact.value()))
                .toList();
    }

    @Test
    void aSecretGoesToNoOtherHostThoughTheCallMayReachIt() throws Exception {
        TestServer other = https("other.example", "93.184.216.35", _ -> TestServer.ok("x"));
        HostAccess access = access("example.com", "other.example");
        WebFetch.Wanted elsewhere = get("https://other.example/", new Field("Authorization", "Bearer {secret:key}"));

        assertThat(refusal(access, elsewhere, secret("example.com"))).isEqualTo(Reason.SECRET_ELSEWHERE);
        assertThat(access.secretElsewhere()).isTrue();
        assertThat(other.requests()).isEmpty();
        assertThat(refusal(access("other.example"), elsewhere, CallSecrets.NONE))
                .isEqualTo(Reason.SECRET_ELSEWHERE);
        assertThat(new WebFetch(access("other.example"), secret("other.example"))
                        .fetch(elsewhere)
                        .status())
                .as("control")
                .isEqualTo(200);
    }

    @Test
    void placesThatMakeTheRequestTooLongAreNotFilled() throws Exception {
        TestServer server = example(_ -> TestServer.ok("x"));
        String value = "v".repeat(4 << 10);
        CallSecrets secrets = CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of("example.com")), value.getBytes(UTF_8))));
        WebFetch.Wanted many = get("https://example.com/", new Field("X", "{secret:key}".repeat(2_000)));
        WebFetch.Wanted some = get("https://example.com/", new Field("X", "{secret:key}".repeat(7)));
        WebFetch.Wanted without = get("https://example.com/", new Field("X", "x".repeat(33 << 10)));

        assertThat(refusal(access("example.com"), many, secrets)).isEqualTo(Reason.MALFORMED_MESSAGE);
        assertThat(refusal(access("example.com"), without, secrets)).isEqualTo(Reason.MALFORMED_MESSAGE);
        assertThat(server.requests()).isEmpty();
        assertThat(new WebFetch(access("example.com"), secrets).fetch(some).status())
                .as("control")
                .isEqualTo(200);
        assertThat(server.requests()).singleElement().asString().contains("X: " + value.repeat(7) + "\r\n");
    }

    @Test
    void aSecretIsNotSentInTheClearNorInAnAddress() throws Exception {
        TestServer plain = new TestServer(null, _ -> TestServer.ok("x"));
        servers.add(plain);
        wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 80, plain.port());
        CallSecrets secrets = secret("example.com", "example.com:80");

        assertThat(refusal(
                        access("example.com:80"),
                        get("http://example.com/", new Field("Authorization", "{secret:key}")),
                        secrets))
                .isEqualTo(Reason.SECRET_ELSEWHERE);
        assertThat(refusal(access("example.com:80"), get("http://example.com/%7Bsecret:key%7D"), secrets))
                .isEqualTo(Reason.SECRET_ELSEWHERE);
        assertThat(plain.requests()).isEmpty();
        assertThat(fetch(access("example.com:80"), "http://example.com/").status())
                .as("control")
                .isEqualTo(200);
    }

    /** Seven bytes of a secret are not known for it; a program that asks for one range after the other has them all. */
    @Test
    void aPartOfAnAnswerToARequestWithASecretIsRefused() throws Exception {
        example(_ -> "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab");

        assertThat(refusal(
                        access("example.com"),
                        get("https://example.com/", new Field("Authorization", "{secret:key}")),
                        secret("example.com")))
                .isEqualTo(Reason.ANSWER_PARTIAL);
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(206);
    }

    @Test
    void aCompressedAnswerToARequestWithASecretIsRefused() throws Exception {
        example(_ -> "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab");

        assertThat(refusal(
                        access("example.com"),
                        get("https://example.com/", new Field("Authorization", "{secret:key}")),
                        secret("example.com")))
                .isEqualTo(Reason.ANSWER_ENCODED);
        assertThat(fetch(access("example.com"), "https://example.com/").status())
                .as("control")
                .isEqualTo(200);
    }
}
