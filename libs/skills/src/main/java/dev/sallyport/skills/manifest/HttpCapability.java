package dev.sallyport.skills.manifest;

import java.util.Set;

/**
 * Requests that a skill asks to make.
 *
 * @param url an https address of one host; a {@code *} at its end stands for whatever follows
 * @param methods HTTP methods
 * @param maxResponseBytes largest answer in bytes
 */
public record HttpCapability(String url, Set<String> methods, long maxResponseBytes) {
    /** Copies the methods. */
    public HttpCapability {
        methods = Set.copyOf(methods);
    }

    /** Whether whatever the other allows is allowed by this one too. */
    boolean covers(HttpCapability other) {
        boolean covered =
                url.endsWith("*") ? other.url.startsWith(url.substring(0, url.length() - 1)) : url.equals(other.url);
        return covered && methods.containsAll(other.methods) && maxResponseBytes >= other.maxResponseBytes;
    }

    @Override
    public String toString() {
        return "http " + String.join(",", methods.stream().sorted().toList()) + " " + url + ", answers of at most "
                + maxResponseBytes + " bytes";
    }
}
