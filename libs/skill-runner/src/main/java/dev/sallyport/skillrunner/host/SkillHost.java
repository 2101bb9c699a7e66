package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;

/**
 * What stands behind the host functions of one call: the files of its session, the values that the skill keeps, and the web.
 * The runner has checked before that the function was granted, that the manifest asks for the path or the request, and that
 * the name is one.
 * One thread at a time calls it. An interrupt of that thread ends the call, so whatever waits must heed it.
 */
public interface SkillHost {
    /** Nothing stands behind them. */
    SkillHost NONE = new SkillHost() {
        @Override
        public HostFile readFile(String path, int most) throws HostRefusedException {
            throw new HostRefusedException(HostAnswer.NOT_SUPPORTED);
        }

        @Override
        public void writeFile(String path, byte[] content) throws HostRefusedException {
            throw new HostRefusedException(HostAnswer.NOT_SUPPORTED);
        }

        @Override
        public byte[] value(String key) throws HostRefusedException {
            throw new HostRefusedException(HostAnswer.NOT_SUPPORTED);
        }

        @Override
        public void keep(String key, byte[] value, long most) throws HostRefusedException {
            throw new HostRefusedException(HostAnswer.NOT_SUPPORTED);
        }

        @Override
        public byte[] request(HostRequest request, int most) throws HostRefusedException {
            throw new HostRefusedException(HostAnswer.NOT_SUPPORTED);
        }
    };

    /**
     * The beginning of a file.
     *
     * @param path relative to the workspace, without {@code .} and {@code ..}
     * @param most bytes to read
     * @throws HostRefusedException {@link HostAnswer#NOT_FOUND} if there is none, {@link HostAnswer#REFUSED} if it is no
     *     plain file or too large
     */
    HostFile readFile(String path, int most) throws HostRefusedException;

    /**
     * Makes or replaces a file, at once.
     *
     * @param path relative to the workspace, without {@code .} and {@code ..}
     * @throws HostRefusedException {@link HostAnswer#REFUSED} if it cannot be written or would be too large
     */
    void writeFile(String path, byte[] content) throws HostRefusedException;

    /**
     * What was kept under that key.
     *
     * @throws HostRefusedException {@link HostAnswer#NOT_FOUND} if nothing was
     */
    byte[] value(String key) throws HostRefusedException;

    /**
     * Keeps a value for this call, and for later ones of the session if this call gives an answer. An empty value takes
     * the key away.
     *
     * @param most bytes of all keys and values of the skill together
     * @throws HostRefusedException {@link HostAnswer#REFUSED} if they would be more; nothing was changed then
     */
    void keep(String key, byte[] value, long most) throws HostRefusedException;

    /**
     * Sends a request and waits for its response. Nothing is followed; where a field has a place for a secret, the host
     * puts it there and takes it out of what comes back.
     *
     * @param most bytes of the response's body
     * @return the response, as a module reads it
     * @throws HostRefusedException {@link HostAnswer#CAPABILITY_DENIED} if its host was not permitted for this call,
     *     {@link HostAnswer#NOT_REACHED} if that does not answer, {@link HostAnswer#REFUSED} if the response is too long or
     *     a secret is not for it
     */
    byte[] request(HostRequest request, int most) throws HostRefusedException;
}
