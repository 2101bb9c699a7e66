package dev.sallyport.executor.egress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A connection at a socket in the file system, for TLS, which is layered over sockets of its own kind only. */
final class ChannelSocket extends Socket {
    private final SocketChannel channel;
    private final InputStream in;

    ChannelSocket(SocketChannel channel) {
        this(channel, Channels.newInputStream(channel));
    }

    /** One from which something was read ahead: what is read of it comes from there. */
    ChannelSocket(SocketChannel channel, InputStream in) {
        this.channel = channel;
        this.in = in;
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return Channels.newOutputStream(channel);
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int timeout) {
        // Whoever is silent for too long is closed from outside.
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // There is no TCP here.
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // There is no TCP here.
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
