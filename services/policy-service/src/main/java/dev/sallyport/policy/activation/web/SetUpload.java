package dev.sallyport.policy.activation.web;

import dev.sallyport.policy.policyset.SetDocument;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set in a request.
 *
 * @param name what its author calls it; null leaves it without a name
 * @param files text by path
 */
record SetUpload(
        @Nullable
        @Size(max = 200)
        @Pattern(regexp = "[^\\x00\\p{Cs}]*", message = "must not have NUL nor half of a surrogate pair")
        String name,

        @NotNull @Size(max = SetDocument.MOST_FILES) Map<String, @NotNull String> files) {
    SetDocument document() {
        return new SetDocument(new TreeMap<>(files));
    }

    String nameOrNone() {
        return Objects.requireNonNullElse(name, "");
    }
}
