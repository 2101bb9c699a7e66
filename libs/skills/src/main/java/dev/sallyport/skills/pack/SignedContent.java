package dev.sallyport.skills.pack;

import dev.sallyport.statements.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is signed: a tag, then the name and the SHA-256 of every file but the signature, in the order of the names. Every
 * part that varies in length has its length before it, as four bytes, the highest first.
 */
final class SignedContent {
    private static final byte[] TAG = "sallyport skill package v1".getBytes(StandardCharsets.US_ASCII);

    private SignedContent() {}

    static byte[] of(Map<String, byte[]> files) {
        int size = Integer.BYTES + TAG.length + Integer.BYTES;
        for (String name : files.keySet()) {
            size += Integer.BYTES + name.length() + 32;
        }
        ByteBuffer content = ByteBuffer.allocate(size);
        content.putInt(TAG.length).put(TAG).putInt(files.size());
        files.forEach((name, bytes) -> content.putInt(name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(Digest.of(bytes).bytes()));
        return content.array();
    }
}
