package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.NamedHosts;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way of this node's calls to the network: what holds for all of them, from which each gets its own access. */
public final class Gateway {
    /** What fits into the address of a socket (unix(7)), with its name and a NUL. */
    private static final int LONGEST_FOLDER = 80;

    private static final int ONLY_OWNER = 0600;

    private static final int PASSABLE = 0711;

    private static final int EVERYBODY_READS = 0444;

    private static final Path HOST_AUTHORITIES = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private final EgressTerms terms;
    private final Wire wire;
    private final Predicate<InetAddress> own;
    private final Path folder;
    private final @Nullable ToolUser toolUser;
    private final Clock clock;
    private final SecretRates rates;
    private final EgressObserver observer;

    /** With nobody who is told. */
    public Gateway(
            EgressTerms terms,
            Wire wire,
            Predicate<InetAddress> own,
            Path folder,
            @Nullable ToolUser toolUser,
            Clock clock)
            throws IOException {
        this(terms, wire, own, folder, toolUser, clock, EgressObserver.NONE);
    }

    /**
     * @param own whether an address is one of the fleet's or of this machine
     * @param folder where the sockets of proxies lie; what an earlier node left there is removed
     * @param toolUser whose tools connect to them, null for this process's user
     * @param observer is told what all calls together do
     */
    public Gateway(
            EgressTerms terms,
            Wire wire,
            Predicate<InetAddress> own,
            Path folder,
            @Nullable ToolUser toolUser,
            Clock clock,
            EgressObserver observer)
            throws IOException {
        this.terms = terms;
        this.wire = wire;
        this.own = own;
        this.folder = folder.toAbsolutePath();
        this.toolUser = toolUser;
        this.clock = clock;
        this.observer = observer;
        this.rates = new SecretRates(terms.secretRequests(), clock);
        Files.createDirectories(this.folder);
        setMode(this.folder, PASSABLE);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(this.folder)) {
            for (Path each : left) {
                Files.delete(each);
            }
        }
    }

    /** Where files have no modes, they have the access list of the node's folder. */
    private static void setMode(Path path, int mode) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Files.setAttribute(path, "unix:mode", mode);
        }
    }

    /** What a call reaches that was permitted that, for the caller to close at the call's end. */
    public HostAccess access(Egress egress) {
        return HostAccess.of(egress.hosts(), terms, wire, own, rates, observer);
    }

    /**
     * A proxy for a call's sandbox.
     *
     * @throws ToolFailure if it cannot be made
     */
    public CallProxy proxy(Egress egress, CallSecrets secrets) {
        HostAccess access = access(egress);
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path socket = folder.resolve(name);
        Path authorities = null;
        EgressProxy proxy = null;
        boolean made = false;
        try {
            if (folder.toString().length() > LONGEST_FOLDER) {
                throw new IOException("the path of " + folder + " is longer than " + LONGEST_FOLDER
                        + " characters, too long for a socket");
            }
            List<HostName> opened = opened(egress, secrets);
            CallAuthority authority = opened.isEmpty() ? null : new CallAuthority(opened, clock.instant());
            if (authority != null) {
                authorities = folder.resolve(name + ".pem");
                byte[] known = Files.isReadable(HOST_AUTHORITIES) ? Files.readAllBytes(HOST_AUTHORITIES) : new byte[0];
                Files.write(authorities, known);
                Files.writeString(authorities, authority.pem(), StandardOpenOption.APPEND);
                setMode(authorities, EVERYBODY_READS);
            }
            proxy = new EgressProxy(access, secrets, authority, terms, socket);
            setMode(socket, ONLY_OWNER);
            if (toolUser != null) {
                Files.setAttribute(socket, "unix:uid", toolUser.uid());
                Files.setAttribute(socket, "unix:gid", toolUser.gid());
            }
            made = true;
            return new CallProxy(proxy, new NetworkPlan.Proxied(egress.hosts(), socket, authorities), authorities);
        } catch (IOException e) {
            throw new ToolFailure.SandboxUnavailable(
                    "The proxy of a call could not be made: " + e.getMessage() + ".",
                    "See that the node may write to its own folder, and that its path is short.");
        } finally {
            if (!made) {
                if (proxy != null) {
                    proxy.close();
                }
                access.close();
            }
        }
    }

    /**
     * The host's own network, for a call whose permit does not hold it. Where the permit names hosts, those are looked at,
     * and those that the call's arguments name must be among them: advice for whoever made the call, no boundary.
     *
     * @param arguments of its program
     * @throws ToolFailure.EgressDenied if this node does not give its network away, or one of the hosts is refused
     */
    public NetworkPlan.Open open(Egress egress, List<String> arguments) {
        if (!terms.unheld()) {
            throw new ToolFailure.EgressDenied("This node runs no call whose network nobody holds, as egress "
                    + egress.mode().wire()
                    + " means: use strict, or let its operator set sallyport.node.egress.unheld.");
        }
        if (egress.mode() == EgressEnforcementMode.NONE) {
            return NetworkPlan.OPEN;
        }
        try (HostAccess access = access(egress)) {
            for (String argument : arguments) {
                for (HostRule host : NamedHosts.in(argument)) {
                    access.look(host);
                }
            }
            for (String text : egress.hosts()) {
                access.look(HostRule.parse(text));
            }
        } catch (HostRefusedException e) {
            throw new ToolFailure.EgressDenied("The arguments name a host that is refused. " + e.detail());
        } catch (EgressRefusedException e) {
            throw new ToolFailure.EgressDenied(e.detail());
        }
        return new NetworkPlan.Open(egress.hosts());
    }

    private static List<HostName> opened(Egress egress, CallSecrets secrets) {
        List<HostName> opened = new ArrayList<>();
        for (String text : egress.hosts()) {
            try {
                HostRule rule = HostRule.parse(text);
                if (secrets.areAddedFor(rule)) {
                    opened.add(rule.name());
                }
            } catch (HostRefusedException e) {
                throw new ToolFailure.EgressDenied("egress_hosts: " + e.detail());
            }
        }
        return opened;
    }
}
