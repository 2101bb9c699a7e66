package dev.sallyport.skills.manifest;

/**
 * Files of the workspace that a skill asks for.
 *
 * @param path {@code workspace:/} and a path; {@code **} at its end stands for everything below
 * @param write whether the skill asks to write too
 */
public record FileCapability(String path, boolean write) {
    /** Whether whatever the other allows is allowed by this one too. */
    boolean covers(FileCapability other) {
        boolean covered = path.endsWith("/**")
                ? other.path.startsWith(path.substring(0, path.length() - 2))
                : path.equals(other.path);
        return covered && (write || !other.write);
    }

    /**
     * Whether it asks for this file.
     *
     * @param name relative to the workspace, in its one form
     * @param writing whether the file is to be written
     */
    public boolean allows(String name, boolean writing) {
        return covers(new FileCapability("workspace:/" + name, writing));
    }

    @Override
    public String toString() {
        return "files " + path + (write ? ", read and write" : ", read");
    }
}
