package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.AddressClass;
import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.HostRules;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * What one call reaches, and what it did reach. Every connection of the call is opened here: to a host that its permit
 * names and the node does not deny, at an address that is public. A name is resolved once for the whole call; what it
 * means later means nothing (DNS rebinding). Safe for any number of threads.
 */
public final class HostAccess implements Closeable {
    /** Names that one call asks for: each is a message to whoever answers for the domain, also where it has no address. */
    static final int MOST_NAMES = 64;

    private final HostRules rules;
    private final EgressTerms terms;
    private final Wire wire;
    private final Predicate<InetAddress> own;
    private final SecretRates rates;
    private final EgressObserver observer;
    private final EgressLog log = new EgressLog();
    private final Map<HostName, InetAddress> pinned = new HashMap<>();
    private final Set<HostName> without = new HashSet<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private int connections;
    private volatile boolean closed;

    private HostAccess(
            HostRules rules,
            EgressTerms terms,
            Wire wire,
            Predicate<InetAddress> own,
            SecretRates rates,
            EgressObserver observer) {
        this.rules = rules;
        this.terms = terms;
        this.wire = wire;
        this.own = own;
        this.rates = rates;
        this.observer = observer;
    }

    /**
     * The access of one call.
     *
     * @param hosts as its permit names them
     * @param own whether an address is one of the fleet's or of this machine
     * @throws ToolFailure.EgressDenied if one of them is no host
     */
    public static HostAccess of(Collection<String> hosts, EgressTerms terms, Wire wire, Predicate<InetAddress> own) {
        SecretRates rates = new SecretRates(terms.secretRequests(), Clock.systemUTC());
        return of(hosts, terms, wire, own, rates, EgressObserver.NONE);
    }

    /** The same with what is counted for all calls of the node. */
    static HostAccess of(
            Collection<String> hosts,
            EgressTerms terms,
            Wire wire,
            Predicate<InetAddress> own,
            SecretRates rates,
            EgressObserver observer) {
        List<HostRule> admitted = new ArrayList<>();
        for (String host : hosts) {
            try {
                admitted.add(HostRule.parse(host));
            } catch (HostRefusedException e) {
                throw new ToolFailure.EgressDenied("egress_hosts: " + e.detail());
            }
        }
        return new HostAccess(new HostRules(admitted, terms.denied()), terms, wire, own, rates, observer);
    }

    /**
     * A connection to a host, for the caller to close.
     *
     * @throws EgressRefusedException if it may not be reached or does not answer; it has been told then
     */
    public Socket connect(HostName host, int port) throws EgressRefusedException {
        HostRule asked = HostRule.of(host, port);
        try {
            InetAddress address = looked(asked);
            MeteredSocket socket = take(asked);
            try {
                wire.connect(socket, new InetSocketAddress(address, port), terms.patience());
                socket.setSoTimeout((int) terms.patience().toMillis());
                if (closed) {
                    throw new IOException("the call is over");
                }
            } catch (IOException _) {
                closeQuietly(socket);
                throw new EgressRefusedException(Reason.NOT_REACHED, "The host " + asked + " does not answer.");
            }
            observer.reached();
            log.reached(permitted(asked), address);
            return socket;
        } catch (EgressRefusedException e) {
            refused(asked.toString(), e.reason());
            throw e;
        }
    }

    /**
     * Looks at a host without a connection to it.
     *
     * @throws EgressRefusedException if it may not be reached
     */
    void look(HostRule host) throws EgressRefusedException {
        try {
            looked(host);
        } catch (EgressRefusedException e) {
            refused(host.toString(), e.reason());
            throw e;
        }
    }

    private InetAddress looked(HostRule host) throws EgressRefusedException {
        if (!rules.admits(host.name(), host.port())) {
            throw new EgressRefusedException(
                    Reason.HOST_NOT_PERMITTED,
                    "The call may not reach " + host + ": name it in `egress_hosts` of the proposal.");
        }
        return address(host.name());
    }

    /**
     * TLS over a connection, to a host that has proven its name by it.
     *
     * <p>Whoever ends the call closes the connection below: {@link SSLSocket#close} waits for whoever writes, and that may
     * be to a server that does not read.
     *
     * @throws EgressRefusedException if it has not, or breaks off; the connection is closed then
     */
    SSLSocket secured(Socket plain, HostName host, int port) throws EgressRefusedException {
        try {
            SSLSocket secured =
                    (SSLSocket) wire.trust().getSocketFactory().createSocket(plain, host.text(), port, true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(host.text())));
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (SSLException _) {
            closeQuietly(plain);
            throw refusal(
                    HostRule.of(host, port).toString(),
                    Reason.SERVER_NOT_PROVEN,
                    "The host " + host + " has no certificate of its name from an authority that this node trusts.");
        } catch (IOException _) {
            closeQuietly(plain);
            throw refusal(HostRule.of(host, port).toString(), Reason.NOT_REACHED, "The host " + host + " broke off.");
        }
    }

    /** A refusal that is told with the call. */
    EgressRefusedException refusal(String what, Reason reason, String detail) {
        refused(what, reason);
        return new EgressRefusedException(reason, detail);
    }

    /** What was asked for is a tool's text. It is told only where it names what the permit names. */
    private void refused(String what, Reason reason) {
        observer.refused(reason);
        HostRule asked;
        try {
            asked = HostRule.parse(what);
        } catch (HostRefusedException _) {
            log.refused(null, reason);
            return;
        }
        log.refused(named(asked).orElse(null), reason);
    }

    /** The permit's own words for a host. */
    private Optional<HostRule> named(HostRule asked) {
        return rules.admitted().stream()
                .filter(rule -> rule.equals(asked) || (!asked.below() && rule.means(asked.name(), asked.port())))
                .findFirst();
    }

    private HostRule permitted(HostRule asked) {
        return named(asked).orElseThrow(() -> new IllegalStateException("a host is reached that was not permitted"));
    }

    /** Counts a request that these secrets are added to. */
    void use(List<String> references, HostRule host) throws EgressRefusedException {
        if (!rates.admit(references, host)) {
            throw refusal(
                    host.toString(),
                    Reason.RATE_EXCEEDED,
                    "More than " + terms.secretRequests() + " requests a minute with this secret go to " + host
                            + " from this node: wait a minute.");
        }
    }

    /** The host's TLS was ended on this node, since a secret is added to its requests. */
    void opened(HostRule host) {
        log.opened(permitted(host));
    }

    private synchronized MeteredSocket take(HostRule host) throws EgressRefusedException {
        if (connections >= terms.connections() || open.size() >= terms.atOnce()) {
            throw new EgressRefusedException(
                    Reason.TOO_MANY_CONNECTIONS,
                    "The call has more than " + terms.atOnce() + " connections at once, or more than "
                            + terms.connections() + " all together.");
        }
        connections++;
        MeteredSocket socket = new MeteredSocket(meter(permitted(host)));
        open.add(socket);
        return socket;
    }

    /** One lock for all: two connections at once must not have two answers of the same name. */
    private InetAddress address(HostName host) throws EgressRefusedException {
        synchronized (pinned) {
            InetAddress known = pinned.get(host);
            if (known != null) {
                return known;
            }
            if (!without.contains(host) && pinned.size() + without.size() >= MOST_NAMES) {
                throw new EgressRefusedException(
                        Reason.TOO_MANY_NAMES, "The call asks for more than " + MOST_NAMES + " names of hosts.");
            }
            List<InetAddress> all;
            try {
                all = without.contains(host) ? List.of() : wire.addresses(host);
            } catch (IOException _) {
                all = List.of();
            }
            if (all.isEmpty()) {
                without.add(host);
                throw new EgressRefusedException(
                        Reason.NAME_NOT_RESOLVED,
                        "The host " + host + " has no address now: see that it is spelled right.");
            }
            // One that is refused is enough: a name that leads inside as well is none of the internet's.
            for (InetAddress each : all) {
                if (AddressClass.of(each) != AddressClass.PUBLIC || own.test(each)) {
                    throw new EgressRefusedException(
                            Reason.ADDRESS_REFUSED,
                            "The host " + host + " leads to an address that is not public: no call reaches those.");
                }
            }
            pinned.put(host, all.getFirst());
            return all.getFirst();
        }
    }

    private MeteredSocket.Meter meter(HostRule host) {
        return new MeteredSocket.Meter() {
            @Override
            public void count(long sent, long received) throws IOException {
                observer.moved(sent, received);
                log.moved(host, sent, received);
                if (bytes.addAndGet(sent + received) > terms.bytes()) {
                    throw refusal(
                            host.toString(),
                            Reason.BYTES_EXCEEDED,
                            "The call has moved more than " + terms.bytes() + " bytes over the network.");
                }
            }

            @Override
            public void closed(MeteredSocket socket) {
                open.remove(socket);
            }
        };
    }

    /** Which hosts were reached, and which were refused and why. */
    public List<Fact> facts() {
        return log.facts();
    }

    /** Whether a secret was to be sent where it does not belong. */
    public boolean secretElsewhere() {
        return log.has(Reason.SECRET_ELSEWHERE);
    }

    /** Ends all connections; none is opened from then on. */
    @Override
    public void close() {
        closed = true;
        open.forEach(HostAccess::closeQuietly);
    }

    static void closeQuietly(Closeable each) {
        try {
            each.close();
        } catch (IOException _) {
            // It is to be gone, and is.
        }
    }
}
