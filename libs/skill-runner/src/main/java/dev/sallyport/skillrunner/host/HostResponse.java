package dev.sallyport.skillrunner.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What came to a request. A module reads it as a line with the status, fields with names in lower case, an empty line, and
 * the body to the end.
 *
 * @param status of HTTP
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that came in, never compared
public record HostResponse(int status, List<HostField> fields, byte[] body) {
    /** Copies the list. */
    public HostResponse {
        fields = List.copyOf(fields);
    }

    /** As a module reads it. */
    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((status + "\n").getBytes(StandardCharsets.US_ASCII));
        HostField.write(fields, all);
        all.writeBytes(body);
        return all.toByteArray();
    }
}
