package dev.sallyport.executor.sandbox;

/**
 * A secret that the program reads once from a descriptor, or from a file in the memory of its sandbox.
 *
 * @param descriptor its number, 0 for a file
 * @param path where the program finds it
 * @param value overwritten by whoever gave it, after the call
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for a tool, never compared
public record ToolSecret(int descriptor, String path, byte[] value) {
    /** The first number of a descriptor; each further secret has the next one. */
    public static final int FIRST = 40;

    /** Where the files lie. */
    public static final String FOLDER = "/run/secrets/";

    /** One that is read from a descriptor. */
    public static ToolSecret pipe(int descriptor, byte[] value) {
        return new ToolSecret(descriptor, "/dev/fd/" + descriptor, value);
    }

    /** One that is read from a file. */
    public static ToolSecret file(String name, byte[] value) {
        return new ToolSecret(0, FOLDER + name, value);
    }

    @Override
    public String toString() {
        return "secret at " + path;
    }
}
