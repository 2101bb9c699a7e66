package dev.sallyport.policy.proposal.decision;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.policy.catalogue.ToolMetadata;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The hosts that a call names in its arguments. */
public final class ArgumentHosts {
    private ArgumentHosts() {}

    /** A host that is named in a way that programs understand differently. */
    public static final class Refused extends Exception {
        private final String pointer;

        Refused(String pointer, HostRefusedException e) {
            super(e.detail(), e);
            this.pointer = pointer;
        }

        /** Where it is in the arguments, a JSON Pointer. */
        public String pointer() {
            return pointer;
        }

        /** What is wrong with it and what to change, a sentence. */
        public String detail() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * The hosts that a call reaches: those that are named for it, else its skill's, and those that its arguments lead to.
     *
     * @param tool null for one that does not exist
     * @throws Refused for the first that cannot be read
     */
    public static List<String> with(List<String> named, @Nullable ToolMetadata tool, ObjectNode arguments)
            throws Refused {
        Set<String> hosts = new LinkedHashSet<>(tool == null ? named : tool.hostsOf(named));
        if (tool != null) {
            hosts.addAll(read(tool, arguments));
        }
        return List.copyOf(hosts);
    }

    /**
     * Those hosts, as proposals name them.
     *
     * @throws Refused for the first that cannot be read
     */
    public static Set<String> read(ToolMetadata tool, ObjectNode arguments) throws Refused {
        Set<String> hosts = new TreeSet<>();
        for (String pointer : tool.input().exposed().urls()) {
            JsonNode url = arguments.at(pointer);
            if (url.isString()) {
                try {
                    hosts.add(WebAddress.parse(url.stringValue()).rule().toString());
                } catch (HostRefusedException e) {
                    throw new Refused(pointer, e);
                }
            }
        }
        return hosts;
    }
}
