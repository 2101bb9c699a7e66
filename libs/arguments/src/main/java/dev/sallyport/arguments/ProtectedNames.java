package dev.sallyport.arguments;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names of files that other programs run or obey when somebody opens the folder that they lie in: hooks and settings of
 * git, of shells, of editors and agents, and the steps of continuous integration. Who writes one of them decides what
 * runs later, outside every sandbox.
 */
public final class ProtectedNames {
    /** A folder of that name, and all below it. */
    private static final Set<String> FOLDERS = Set.of(
            ".circleci",
            ".claude",
            ".codex",
            ".cursor",
            ".devcontainer",
            ".git",
            ".gnupg",
            ".husky",
            ".idea",
            ".ssh",
            ".vscode");

    private static final Set<String> FILES = Set.of(
            ".bash_login",
            ".bash_logout",
            ".bash_profile",
            ".bashrc",
            ".envrc",
            ".gitattributes",
            ".gitconfig",
            ".gitlab-ci.yml",
            ".gitmodules",
            ".jq",
            ".mcp.json",
            ".npmrc",
            ".pre-commit-config.yaml",
            ".profile",
            ".zlogin",
            ".zprofile",
            ".zshenv",
            ".zshrc");

    private static final String GITHUB = ".github";
    private static final Set<String> OF_GITHUB = Set.of("actions", "workflows");

    private ProtectedNames() {}

    /**
     * Whether a file of that name, at any depth, is protected; upper and lower case are the same, as they are on some
     * file systems.
     *
     * @param name relative to the workspace, as {@link PathArgument#name()}
     */
    public static boolean cover(String name) {
        List<String> steps = List.of(name.toLowerCase(Locale.ROOT).split("/", -1));
        for (int at = 0; at < steps.size(); at++) {
            String step = steps.get(at);
            boolean last = at == steps.size() - 1;
            if (FOLDERS.contains(step)
                    || (last && FILES.contains(step))
                    || (step.equals(GITHUB) && (last || OF_GITHUB.contains(steps.get(at + 1))))) {
                return true;
            }
        }
        return false;
    }
}
