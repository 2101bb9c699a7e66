package dev.sallyport.executor.platform;

/**
 * What a file system still has for users without privileges.
 *
 * @param bytes free bytes
 * @param files files that can still be made; {@link Long#MAX_VALUE} where the file system has no such bound
 */
public record DiskRoom(long bytes, long files) {}
