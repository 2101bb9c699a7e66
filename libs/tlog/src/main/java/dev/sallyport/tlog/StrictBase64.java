package dev.sallyport.tlog;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Standard base64 (RFC 4648, section 4) in its one spelling: with padding, without stray bits. */
final class StrictBase64 {
    private StrictBase64() {}

    /** The bytes, or null when the text is not the encoding of any. */
    static byte @Nullable [] decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        // Java's decoder takes missing padding and stray bits; both would give a signed text two spellings.
        return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : null;
    }

    /** The hash, or null when the text is not the encoding of 32 bytes. */
    static @Nullable TreeHash hash(String text) {
        byte[] bytes = decode(text);
        return bytes == null || bytes.length != TreeHash.BYTES ? null : TreeHash.owning(bytes);
    }
}
