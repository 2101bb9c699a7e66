package dev.sallyport.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text among the arguments of a tool that a program may take as a path, and where it leads.
 *
 * <p>The look is lexical: it touches no file. It gives early and explained refusals; the boundary is what the kernel
 * lets the tool see. Who decides refuses every path that is not {@link Place#INSIDE}; the node, which can also follow
 * links, refuses every path that {@linkplain Place#OUTSIDE leads out}. Both run the cases of {@code
 * docs/test-vectors/arguments.json}.
 *
 * @param text the path as it was given
 * @param place where it leads
 * @param below the path relative to the workspace, without {@code .} and {@code ..} and empty for the workspace itself;
 *     empty as well where it does not lead into the workspace
 */
public record PathArgument(String text, Place place, String below) {
    /** Where every tool finds the workspace of its session. */
    public static final String WORKSPACE = "/workspace";

    private static final String ROOT = WORKSPACE.substring(1);

    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[\\\\/].*", Pattern.DOTALL);

    /** Where a path leads, for a program that starts in the workspace. */
    public enum Place {
        /** Below the workspace; relative, and never above it on the way. */
        INSIDE,
        /** Below the workspace; written absolute, or climbing out and in again. */
        WORKSPACE,
        /**
         * A part of every sandbox that holds nothing of the host: {@code /}, {@code /dev/null} and all of {@code /tmp}.
         */
        PRIVATE,
        /** {@code //host/…}: what is left of a URL. No path of the machine. */
        REMOTE,
        /** {@code ~…}: a home folder to a shell, an ordinary name to everything else. */
        HOME,
        /** A drive, or a way that leads out once backslashes separate folders: leads out on Windows only. */
        WINDOWS,
        /** Outside the workspace. */
        OUTSIDE
    }

    /**
     * What in one argument may be a path: itself, and what follows an equals sign, an at sign, {@code file:}, a colon
     * before a slash, or a short option. Covers {@code --x=/p}, {@code -C/p}, {@code @file}, {@code if=/p},
     * {@code a:/p} and {@code file:///p}.
     */
    public static List<PathArgument> in(String argument) {
        List<PathArgument> all = new ArrayList<>();
        all.add(of(argument));
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            all.add(of(argument.substring(equals + 1)));
        }
        if (argument.startsWith("@")) {
            all.add(of(argument.substring(1)));
        }
        if (argument.startsWith("file:")) {
            all.add(of(argument.substring("file:".length())));
        }
        int colon = argument.indexOf(":/");
        if (colon >= 0) {
            all.add(of(argument.substring(colon + 1)));
        }
        if (argument.length() > 2 && argument.charAt(0) == '-' && argument.charAt(1) != '-') {
            all.add(of(argument.substring(2)));
        }
        return all;
    }

    /** Where a text leads that is wholly a path. */
    public static PathArgument of(String path) {
        if (path.startsWith("//") && !path.startsWith("///")) {
            return new PathArgument(path, Place.REMOTE, "");
        }
        List<String> way = resolved(path);
        if (!way.isEmpty() && way.getFirst().equals(ROOT)) {
            String below = String.join("/", way.subList(1, way.size()));
            return new PathArgument(path, placeInside(path), below);
        }
        boolean isPrivate = path.startsWith("/")
                && (way.isEmpty() || way.getFirst().equals("tmp") || way.equals(List.of("dev", "null")));
        return new PathArgument(path, isPrivate ? Place.PRIVATE : Place.OUTSIDE, "");
    }

    /** The folders and the name that the path ends at, from the root of the sandbox. */
    private static List<String> resolved(String path) {
        List<String> way = new ArrayList<>();
        if (!path.startsWith("/")) {
            way.add(ROOT);
        }
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                // The folder above the root is the root.
                if (!way.isEmpty()) {
                    way.removeLast();
                }
            } else if (!step.isEmpty() && !step.equals(".")) {
                way.add(step);
            }
        }
        return way;
    }

    private static Place placeInside(String path) {
        if (path.startsWith("/") || climbs(path, "/")) {
            return Place.WORKSPACE;
        }
        if (path.startsWith("~")) {
            return Place.HOME;
        }
        boolean windows = path.startsWith("\\") || DRIVE.matcher(path).matches() || climbs(path, "[/\\\\]");
        return windows ? Place.WINDOWS : Place.INSIDE;
    }

    /** Whether a step of the way is above its start. */
    private static boolean climbs(String path, String separator) {
        int depth = 0;
        for (String step : path.split(separator, -1)) {
            if (step.equals("..")) {
                depth--;
            } else if (!step.isEmpty() && !step.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }
}
