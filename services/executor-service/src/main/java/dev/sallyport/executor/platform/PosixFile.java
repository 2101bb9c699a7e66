package dev.sallyport.executor.platform;

import dev.sallyport.executor.platform.NotPlainFileException.What;
import java.io.IOException;

/** A file by its descriptor. What it is was asked of the descriptor, so nothing can be swapped in between. */
final class PosixFile implements OpenFile {
    private final PosixCalls calls;
    private final int descriptor;

    private PosixFile(PosixCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    static PosixFile open(PosixCalls calls, int folder, EntryName name, int flags) throws IOException {
        PosixFile file = new PosixFile(calls, calls.open(folder, name, flags));
        try {
            FolderEntry entry = calls.entry(file.descriptor);
            if (entry.kind() != FolderEntry.Kind.FILE) {
                throw new NotPlainFileException(What.NO_FILE);
            }
            if (entry.names() > 1) {
                throw new NotPlainFileException(What.SHARED);
            }
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long size() throws IOException {
        return calls.entry(descriptor).size();
    }

    @Override
    public byte[] read(long offset, int most) throws IOException {
        int there = (int) Math.max(0, Math.min(most, size() - offset));
        return calls.read(descriptor, offset, there);
    }

    @Override
    public void clear() throws IOException {
        calls.clear(descriptor);
    }

    @Override
    public void append(byte[] bytes) throws IOException {
        calls.write(descriptor, bytes);
    }

    @Override
    public void permit(int mode) throws IOException {
        calls.permit(descriptor, mode);
    }

    void give(ToolUser owner) throws IOException {
        calls.give(descriptor, owner);
    }

    @Override
    public void close() throws IOException {
        calls.close(descriptor);
    }
}
