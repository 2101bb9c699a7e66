package dev.sallyport.executor.node;

import java.nio.file.Path;

/** The folders and files of a node, below {@code sallyport.state.dir}. */
record NodeFolders(Path state) {
    Path sandbox() {
        return state.resolve("sandbox");
    }

    Path workspaces() {
        return state.resolve("workspaces");
    }

    Path executables() {
        return state.resolve("executables");
    }

    Path results() {
        return state.resolve("results");
    }

    Path egress() {
        return state.resolve("egress");
    }

    Path journal() {
        return state.resolve("journal");
    }

    Path reserve() {
        return state.resolve("reserve");
    }
}
