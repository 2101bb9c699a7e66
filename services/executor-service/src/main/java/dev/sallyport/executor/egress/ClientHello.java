package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.executor.egress.http.MalformedMessageException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first message of a connection by TLS (RFC 8446, 4.1.2), as far as it says whom it is for.
 *
 * @param bytes what was read of the connection, records and all, to be sent on as it is
 * @param name whom it is for
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that go on, never compared
record ClientHello(byte[] bytes, HostName name) {
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int LONGEST_RECORD = 1 << 14;
    private static final int LONGEST = 1 << 16;
    private static final int SERVER_NAME = 0;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

    /**
     * Reads one, and not a byte more than its records.
     *
     * @throws MalformedMessageException if it is none, or does not say in the clear and once whom it is for
     */
    static ClientHello read(InputStream from) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int length = -1;
        while (length < 0 || message.size() < length) {
            byte[] head = exactly(from, 5);
            int size = ((head[3] & 0xff) << 8) | (head[4] & 0xff);
            if (head[0] != HANDSHAKE || head[1] != 3 || size == 0 || size > LONGEST_RECORD) {
                throw new MalformedMessageException("The connection does not begin with TLS.");
            }
            byte[] record = exactly(from, size);
            all.write(head);
            all.write(record);
            message.write(record);
            if (length < 0 && message.size() >= 4) {
                byte[] begun = message.toByteArray();
                if (begun[0] != CLIENT_HELLO) {
                    throw new MalformedMessageException("The connection does not begin with a ClientHello of TLS.");
                }
                int rest = ((begun[1] & 0xff) << 16) | ((begun[2] & 0xff) << 8) | (begun[3] & 0xff);
                length = 4 + rest;
            }
            if (length > LONGEST || all.size() > LONGEST) {
                throw new MalformedMessageException("The ClientHello of the connection is too long.");
            }
        }
        if (message.size() > length) {
            throw new MalformedMessageException("More than a ClientHello stands at the beginning of the connection.");
        }
        try {
            return new ClientHello(all.toByteArray(), name(ByteBuffer.wrap(message.toByteArray(), 4, length - 4)));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            throw new MalformedMessageException("The ClientHello of the connection is malformed.");
        }
    }

    private static byte[] exactly(InputStream from, int count) throws IOException {
        byte[] bytes = from.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("a connection ended in its first message");
        }
        return bytes;
    }

    private static HostName name(ByteBuffer hello) throws MalformedMessageException {
        skip(hello, 2 + 32);
        skip(hello, hello.get() & 0xff);
        skip(hello, hello.getShort() & 0xffff);
        skip(hello, hello.get() & 0xff);
        ByteBuffer extensions = part(hello, hello.getShort() & 0xffff);
        HostName name = null;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xffff;
            ByteBuffer extension = part(extensions, extensions.getShort() & 0xffff);
            if (type == ENCRYPTED_CLIENT_HELLO) {
                throw new MalformedMessageException("The connection hides whom it is for (encrypted ClientHello).");
            }
            if (type == SERVER_NAME) {
                if (name != null) {
                    throw new MalformedMessageException("The connection says twice whom it is for.");
                }
                name = serverName(extension);
            }
        }
        if (name == null || hello.hasRemaining()) {
            throw new MalformedMessageException("The connection does not say whom it is for (SNI).");
        }
        return name;
    }

    /** A list of exactly one name of a host (RFC 6066, 3). */
    private static HostName serverName(ByteBuffer extension) throws MalformedMessageException {
        ByteBuffer list = part(extension, extension.getShort() & 0xffff);
        if (list.get() != 0 || extension.hasRemaining()) {
            throw new MalformedMessageException("The connection names what is no host.");
        }
        byte[] bytes = new byte[list.getShort() & 0xffff];
        list.get(bytes);
        if (list.hasRemaining()) {
            throw new MalformedMessageException("The connection names more than one host.");
        }
        try {
            return HostName.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (HostRefusedException e) {
            throw new MalformedMessageException("The connection names what is no host: " + e.detail());
        }
    }

    private static void skip(ByteBuffer buffer, int count) {
        part(buffer, count);
    }

    private static ByteBuffer part(ByteBuffer buffer, int count) {
        if (count > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = buffer.slice(buffer.position(), count);
        buffer.position(buffer.position() + count);
        return part;
    }
}
