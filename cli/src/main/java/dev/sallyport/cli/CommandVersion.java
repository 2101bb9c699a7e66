package dev.sallyport.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class CommandVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        @Nullable String version = CommandVersion.class.getPackage().getImplementationVersion();
        return new String[] {"sallyport " + (version == null ? "(not from a jar)" : version)};
    }
}
