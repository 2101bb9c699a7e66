package dev.sallyport.arguments;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A text among the arguments of a tool that a program may take as a path, and where it leads.
 *
 * <p>The look is lexical: it touches no file. It gives early and explained refusals; the boundary is what the kernel
 * lets the tool see. Who decides and the node refuse the same: what {@linkplain Place#OUTSIDE leads out}. The node also
 * follows links. Both run the cases of {@code docs/test-vectors/arguments.json}.
 *
 * @param text the path as it was given
 * @param place where it leads
 * @param name the one name of what it leads to, without {@code .}, {@code ..} and doubled slashes: relative to the
 *     workspace, {@code .} for the workspace itself, absolute for {@link Place#PRIVATE}; empty where it leads elsewhere
 */
public record PathArgument(String text, Place place, String name) {
    /** Where every tool finds the workspace of its session. */
    public static final String WORKSPACE = "/workspace";

    private static final String ROOT = WORKSPACE.substring(1);

    /** Where a secret of the call lies that is delivered as a file, in the memory of its sandbox alone. */
    private static final List<String> SECRETS = List.of("run", "secrets");

    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[\\\\/].*", Pattern.DOTALL);

    private static final String FILE = "file:";

    /** PATH_MAX and NAME_MAX of Linux (limits.h): no file has a longer path or name. */
    private static final int LONGEST_PATH = 4096;

    private static final int LONGEST_NAME = 255;

    /** Where a path leads, for a program that starts in the workspace. */
    public enum Place {
        /** Below the workspace, or the workspace itself, however it is written. */
        INSIDE,
        /**
         * A part of every sandbox that holds nothing of the host: {@code /}, {@code /dev/null}, all of {@code /tmp}, and
         * the call's own secrets below {@code /run/secrets}.
         */
        PRIVATE,
        /** {@code //host/…}: what is left of a URL. No path of the machine. */
        REMOTE,
        /** Outside the workspace. */
        OUTSIDE
    }

    /**
     * What in one argument may be a path: itself, and what follows an equals sign, an at sign, {@code file:}, or a short
     * option; further, in each of these, what stands between colons or commas and has a slash. Covers {@code --x=/p},
     * {@code --x=@/p}, {@code k=v=/p}, {@code -C/p}, {@code @file}, {@code if=/p}, {@code a:/p}, {@code a,/p} and {@code
     * file:///p}. All of it together is not longer than a few times the argument.
     */
    public static List<PathArgument> in(String argument) {
        Set<String> texts = new LinkedHashSet<>();
        texts.add(argument);
        int first = argument.indexOf('=');
        if (first >= 0) {
            texts.add(argument.substring(first + 1));
            texts.add(argument.substring(argument.lastIndexOf('=') + 1));
        }
        if (argument.length() > 2 && argument.charAt(0) == '-' && argument.charAt(1) != '-') {
            texts.add(argument.substring(2));
        }
        for (String text : List.copyOf(texts)) {
            addPieces(texts, text);
        }
        texts.remove("");
        return texts.stream().map(PathArgument::of).toList();
    }

    private static void addPieces(Set<String> texts, String text) {
        if (text.startsWith("@")) {
            texts.add(text.substring(1));
        }
        if (text.startsWith(FILE)) {
            String path = text.substring(FILE.length());
            texts.add(path);
            if (path.startsWith("//")) {
                int slash = path.indexOf('/', 2);
                texts.add(slash < 0 ? "" : path.substring(slash));
            }
            return;
        }
        for (String piece : text.split(":", -1)) {
            if (piece.startsWith("/")) {
                texts.add(piece);
            }
        }
        if (text.indexOf(',') >= 0) {
            for (String piece : text.split(",", -1)) {
                if (piece.indexOf('/') >= 0) {
                    texts.add(piece);
                }
            }
        }
    }

    /** Where a text leads that is wholly a path. */
    public static PathArgument of(String path) {
        if (path.startsWith("//") && !path.startsWith("///")) {
            return new PathArgument(path, Place.REMOTE, "");
        }
        List<String> way = resolved(path);
        if (!way.isEmpty() && way.getFirst().equals(ROOT)) {
            String below = String.join("/", way.subList(1, way.size()));
            return new PathArgument(path, Place.INSIDE, below.isEmpty() ? "." : below);
        }
        boolean isPrivate = path.startsWith("/")
                && (way.isEmpty()
                        || way.getFirst().equals("tmp")
                        || way.equals(List.of("dev", "null"))
                        || (way.size() == 3 && way.subList(0, 2).equals(SECRETS)));
        return isPrivate
                ? new PathArgument(path, Place.PRIVATE, "/" + String.join("/", way))
                : new PathArgument(path, Place.OUTSIDE, "");
    }

    /** Whether it leads out of the workspace. */
    public boolean leadsOut() {
        return place == Place.OUTSIDE;
    }

    /** Whether a file can have that name: it names something, and is not longer than any file's can be. */
    public boolean namesAFile() {
        return !name.isEmpty()
                && name.length() <= LONGEST_PATH
                && List.of(name.split("/", -1)).stream().allMatch(step -> step.length() <= LONGEST_NAME);
    }

    /**
     * Whether it is relative and never climbs, for every kind of shell and system: the form in which the tools for files
     * take a path. A home folder and a drive are refused too, because a human could take them for what they are elsewhere.
     */
    public boolean isPlain() {
        return !text.startsWith("/")
                && !text.startsWith("\\")
                && !text.startsWith("~")
                && !DRIVE.matcher(text).matches()
                && !List.of(text.split("[/\\\\]", -1)).contains("..");
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
}
