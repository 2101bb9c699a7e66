package dev.sallyport.executor.egress.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a message ends (RFC 9112, 6). A message that says it in two ways is refused, whichever would count.
 *
 * @param framing how
 * @param length bytes, for {@link Framing#LENGTH}
 */
public record MessageBody(Framing framing, long length) {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final MessageBody EMPTY = new MessageBody(Framing.LENGTH, 0);

    /** How a message says where it ends. */
    public enum Framing {
        /** By its length. */
        LENGTH,
        /** In chunks, the last of which is empty. */
        CHUNKED,
        /** With its connection. */
        UNTIL_CLOSED
    }

    /** That of a request. */
    public static MessageBody ofRequest(MessageHead head) throws MalformedMessageException {
        return of(head, EMPTY);
    }

    /** That of a response to a request of that method. */
    public static MessageBody ofResponse(MessageHead head, int status, String method) throws MalformedMessageException {
        MessageBody said = of(head, new MessageBody(Framing.UNTIL_CLOSED, 0));
        return method.equals("HEAD") || status < 200 || status == 204 || status == 304 ? EMPTY : said;
    }

    private static MessageBody of(MessageHead head, MessageBody otherwise) throws MalformedMessageException {
        List<String> codings = head.values("transfer-encoding");
        String length = head.value("content-length");
        if (!codings.isEmpty()) {
            if (length != null || codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new MalformedMessageException("A message says in more than one way where it ends.");
            }
            return new MessageBody(Framing.CHUNKED, 0);
        }
        if (length == null) {
            return otherwise;
        }
        if (!LENGTH.matcher(length).matches()) {
            throw new MalformedMessageException("A message has a length that is no number.");
        }
        return new MessageBody(Framing.LENGTH, Long.parseLong(length));
    }

    /** Its bytes, up to its end; reading beyond that answers the end and takes nothing from the connection. */
    public InputStream read(InputStream connection) {
        return switch (framing) {
            case LENGTH -> new Counted(connection, length);
            case CHUNKED -> new Chunks(connection);
            case UNTIL_CLOSED -> connection;
        };
    }

    private static final class Counted extends InputStream {
        private final InputStream from;
        private long left;

        Counted(InputStream from, long length) {
            this.from = from;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = from.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("a message ended before its length");
            }
            left -= count;
            return count;
        }
    }

    /** Chunks (RFC 9112, 7.1) without their extensions and trailers, which are refused: nobody needs them. */
    private static final class Chunks extends InputStream {
        private static final int LONGEST_SIZE = 15;

        private final InputStream from;
        private long left;
        private boolean begun;
        private boolean over;

        Chunks(InputStream from) {
            this.from = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0 && !over) {
                next();
            }
            if (over) {
                return -1;
            }
            int count = from.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("a chunk ended before its size");
            }
            left -= count;
            return count;
        }

        private void next() throws IOException {
            if (begun) {
                end();
            }
            begun = true;
            left = size();
            if (left == 0) {
                end();
                over = true;
            }
        }

        private long size() throws IOException {
            long size = 0;
            for (int digits = 0; ; digits++) {
                int each = from.read();
                int digit = each < 0x80 ? Character.digit(each, 16) : -1;
                if (digit < 0) {
                    if (digits == 0 || each != '\r' || from.read() != '\n') {
                        throw new MalformedMessageException("A chunk does not begin with its size alone.");
                    }
                    return size;
                }
                if (digits == LONGEST_SIZE) {
                    throw new MalformedMessageException("A chunk is too large.");
                }
                size = (size << 4) | digit;
            }
        }

        private void end() throws IOException {
            if (from.read() != '\r' || from.read() != '\n') {
                throw new MalformedMessageException("A chunk does not end where its size says, or has trailers.");
            }
        }
    }
}
