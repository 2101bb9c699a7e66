package dev.sallyport.executor.sandbox.protect;

import java.util.Locale;
import java.util.Set;

/**
 * Which files and folders of a workspace no tool may make, change or remove: programs outside of the sandbox run what
 * is in them, or do what they say, when a person or a build server later works in that folder. Upper and lower case are
 * the same, as on other systems' file systems.
 */
final class ProtectedNames {
    /** A repository's own folder, or the file that says where that lies. */
    private static final String REPOSITORY = ".git";

    /** In a repository's folder, at any depth: submodules and worktrees have theirs below it. */
    private static final Set<String> OF_REPOSITORIES = Set.of("hooks", "config", "config.worktree");

    private static final String GITHUB = ".github";
    private static final Set<String> OF_GITHUB = Set.of("workflows", "actions");

    private static final Set<String> ANYWHERE = Set.of(
            // shells, editors and debuggers that read settings where they are started
            ".bashrc",
            ".bash_profile",
            ".bash_login",
            ".bash_logout",
            ".bash_aliases",
            ".profile",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".zlogin",
            ".zlogout",
            ".kshrc",
            ".inputrc",
            ".vimrc",
            ".exrc",
            ".gdbinit",
            ".lldbinit",
            ".envrc",
            // version control and packages
            ".gitmodules",
            ".gitconfig",
            ".husky",
            ".npmrc",
            ".yarnrc",
            ".yarnrc.yml",
            "pyvenv.cfg",
            // development environments and agents
            ".vscode",
            ".idea",
            ".devcontainer",
            ".mcp.json",
            ".claude",
            ".codex",
            ".cursor",
            ".gemini",
            // build servers
            ".circleci",
            ".buildkite",
            ".gitlab-ci.yml",
            ".travis.yml",
            ".drone.yml",
            ".woodpecker.yml",
            "jenkinsfile",
            "azure-pipelines.yml",
            "bitbucket-pipelines.yml");

    private ProtectedNames() {}

    /**
     * Whether an entry is protected, with all below it.
     *
     * @param name its own name
     * @param parent the name of the folder that it is in, empty for the workspace
     * @param inRepository whether it lies in a folder {@code .git} or deeper
     */
    static boolean contain(String name, String parent, boolean inRepository, boolean isFolder) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ANYWHERE.contains(lower)
                || (lower.equals(REPOSITORY) && !isFolder)
                || (inRepository && OF_REPOSITORIES.contains(lower))
                || (parent.toLowerCase(Locale.ROOT).equals(GITHUB) && OF_GITHUB.contains(lower));
    }

    /** Whether a folder of that name is a repository's own. */
    static boolean isRepository(String name) {
        return name.toLowerCase(Locale.ROOT).equals(REPOSITORY);
    }
}
