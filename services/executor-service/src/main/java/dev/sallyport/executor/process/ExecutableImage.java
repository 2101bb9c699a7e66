package dev.sallyport.executor.process;

import dev.sallyport.statements.Digest;
import java.nio.file.Path;

/**
 * A program that may be run.
 *
 * @param name logical name, as policy knows it
 * @param path real path on this host; the tool is started under it
 * @param digest SHA-256 of the file
 * @param copy a copy of exactly those bytes that only the node can change; it is what runs
 */
public record ExecutableImage(String name, Path path, Digest digest, Path copy) {}
