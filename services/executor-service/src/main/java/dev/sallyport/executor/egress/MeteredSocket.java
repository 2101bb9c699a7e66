package dev.sallyport.executor.egress;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection whose bytes are counted, TLS or not: what is layered over it reads and writes here. */
final class MeteredSocket extends Socket {
    /** Is told of bytes before they go on. */
    interface Meter {
        /** Throws if it is too much. */
        void count(long sent, long received) throws IOException;

        /** The connection is closed; told once or more often. */
        void closed(MeteredSocket socket);
    }

    private final Meter meter;

    MeteredSocket(Meter meter) {
        this.meter = meter;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                int each = super.read();
                meter.count(0, each < 0 ? 0 : 1);
                return each;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                meter.count(0, Math.max(0, count));
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int each) throws IOException {
                meter.count(1, 0);
                out.write(each);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                meter.count(length, 0);
                out.write(bytes, offset, length);
            }
        };
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            super.close();
        } finally {
            meter.closed(this);
        }
    }
}
