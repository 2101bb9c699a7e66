package dev.sallyport.arguments.host;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One host with the paths of it that are meant: all of them, or those below a folder, as {@code api.example.com/v1/}.
 *
 * @param host one host, without a star
 * @param folder begins and ends with a slash; empty for all paths
 */
public record HostPath(HostRule host, String folder) {
    /** It ends with a slash, so that {@code /v1} is not taken for {@code /v10} too. */
    private static final Pattern FOLDER = Pattern.compile("/(?:[A-Za-z0-9._~-]{1,128}/){0,16}");

    /** What a server may read as a slash, a dot, a percent sign or an end. */
    private static final Pattern READ_OTHERWISE = Pattern.compile("(?i)%(?:2f|2e|5c|25|3b|00)|[\\\\;]|//");

    /**
     * Reads one.
     *
     * @throws HostRefusedException unless it is a host, and behind it a folder or nothing
     */
    public static HostPath parse(String text) throws HostRefusedException {
        int slash = text.indexOf('/');
        HostRule host = HostRule.parse(slash < 0 ? text : text.substring(0, slash));
        String folder = slash < 0 ? "" : text.substring(slash);
        if (host.below()) {
            throw new HostRefusedException("It must be one host: write it without a star.");
        }
        if (!folder.isEmpty() && (!FOLDER.matcher(folder).matches() || climbs(folder))) {
            throw new HostRefusedException(
                    "The path behind a host must be a folder as /v1/: it ends with a slash and has letters, digits, dots,"
                            + " underscores, hyphens and tildes alone.");
        }
        return new HostPath(host, folder.equals("/") ? "" : folder);
    }

    /**
     * Whether a request's path is one of those that are meant, whatever a server makes of it: what some would read as
     * another path is not.
     *
     * @param target path and query of a request
     */
    public boolean covers(String target) {
        if (folder.isEmpty()) {
            return true;
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return path.startsWith(folder) && !READ_OTHERWISE.matcher(path).find() && !climbs(path);
    }

    private static boolean climbs(String path) {
        return List.of(path.split("/", -1)).stream().anyMatch(step -> step.equals(".") || step.equals(".."));
    }

    /** Its one spelling. */
    @Override
    public String toString() {
        return host.toString().toLowerCase(Locale.ROOT) + folder;
    }
}
