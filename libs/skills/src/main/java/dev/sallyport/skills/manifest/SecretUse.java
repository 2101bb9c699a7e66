package dev.sallyport.skills.manifest;

/**
 * A secret that the host adds to a request. The value never reaches the module.
 *
 * @param name the secret's name in the vault
 * @param host the one host that it is sent to, in a header
 */
public record SecretUse(String name, String host) {
    @Override
    public String toString() {
        return "secret " + name + " as a header to " + host;
    }
}
