package dev.sallyport.skillrunner.host;

/**
 * The beginning of a file.
 *
 * @param bytes as many as were asked for, or all
 * @param length of the whole file
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that were read, never compared
public record HostFile(byte[] bytes, long length) {}
