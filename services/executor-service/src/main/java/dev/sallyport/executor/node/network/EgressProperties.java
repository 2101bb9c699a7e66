package dev.sallyport.executor.node.network;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.executor.egress.EgressTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What calls of a node may use of the network.
 *
 * @param deniedHosts hosts that no call reaches whatever its permit says, as {@code example.com} or {@code *.example.com},
 *     each with its port unless that is 443
 * @param connections connections of one call, all together
 * @param atOnce connections of one call at a time
 * @param bytes what one call may send and receive
 * @param patience how long a host may take to answer, and a connection may be silent
 * @param secretRequests requests a minute that one secret is added to for one host, of all calls of the node together
 * @param unheld whether calls are run whose permit leaves the network open, as {@code none} and {@code preflight} do: they
 *     reach what this node's host reaches
 */
@ConfigurationProperties("sallyport.node.egress")
public record EgressProperties(
        @DefaultValue List<String> deniedHosts,
        @DefaultValue("256") int connections,
        @DefaultValue("16") int atOnce,
        @DefaultValue("256MB") DataSize bytes,
        @DefaultValue("30s") Duration patience,
        @DefaultValue("600") int secretRequests,
        @DefaultValue("false") boolean unheld) {
    /** Copies the list. */
    public EgressProperties {
        deniedHosts = List.copyOf(deniedHosts);
    }

    /** Refuses what is no rule with {@link IllegalArgumentException}. */
    public EgressTerms terms() {
        List<HostRule> denied = new ArrayList<>();
        for (String text : deniedHosts) {
            try {
                denied.add(HostRule.parse(text));
            } catch (HostRefusedException e) {
                throw new IllegalArgumentException("sallyport.node.egress.denied-hosts: " + text + ": " + e.detail());
            }
        }
        return new EgressTerms(denied, connections, atOnce, bytes.toBytes(), patience, secretRequests, unheld);
    }
}
