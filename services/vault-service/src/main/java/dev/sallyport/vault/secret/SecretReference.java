package dev.sallyport.vault.secret;

import dev.sallyport.vault.VaultException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code vault://<workspace>/<name>[#version]}.
 *
 * @param workspace the workspace's id, or its name where the caller says which that is
 * @param name the secret's name
 * @param version the pinned version, empty for the current one
 */
record SecretReference(String workspace, String name, OptionalInt version) {
    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    private static final Pattern FORM =
            Pattern.compile("vault://([A-Za-z0-9._-]{1,128})/([a-z0-9][a-z0-9._-]{0,127})(?:#([1-9][0-9]{0,8}))?");

    /** {@link VaultException.Invalid} when the text is no reference. */
    static SecretReference parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new VaultException.Invalid("reference", "a reference is vault://<workspace>/<name>[#version]");
        }
        String version = matcher.group(3);
        return new SecretReference(
                matcher.group(1),
                matcher.group(2),
                version == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(version)));
    }

    /** The form that permits carry: workspace id, no version (that stands beside it). */
    static String canonical(String workspaceId, String name) {
        return "vault://" + workspaceId + "/" + name;
    }
}
