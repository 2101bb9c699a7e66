package dev.sallyport.vault.secret;

import dev.sallyport.vault.VaultException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code vault://<workspace>/<name>[#version]}.
 *
 * @param workspace the workspace's id, or its name where the caller says which workspace that is
 * @param name the secret's name
 * @param version the pinned version; null for the current one
 */
record SecretReference(
        String workspace, String name, @Nullable Integer version) {
    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    private static final Pattern FORM =
            Pattern.compile("vault://([A-Za-z0-9._-]{1,128})/([a-z0-9][a-z0-9._-]{0,127})(?:#([1-9][0-9]{0,8}))?");

    /** {@link VaultException.Invalid} when the text is no reference. */
    static SecretReference parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new VaultException.Invalid(
                    "reference", "A reference must have the form vault://<workspace>/<name> or …/<name>#<version>.");
        }
        String version = matcher.group(3);
        return new SecretReference(
                matcher.group(1), matcher.group(2), version == null ? null : Integer.valueOf(version));
    }

    /** The pinned version, or the one given where none is pinned. */
    int versionOr(int current) {
        return version == null ? current : version;
    }

    /** The form that permits carry: workspace id, no version (that stands beside it). */
    static String canonical(String workspaceId, String name) {
        return "vault://" + workspaceId + "/" + name;
    }
}
