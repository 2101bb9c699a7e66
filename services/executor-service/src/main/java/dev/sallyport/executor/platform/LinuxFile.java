package dev.sallyport.executor.platform;

import dev.sallyport.executor.platform.NotPlainFileException.What;
import java.io.IOException;

/** A file by its descriptor. What it is was asked of the descriptor, so nothing can be swapped in between. */
final class LinuxFile implements OpenFile {
    private final int descriptor;

    private LinuxFile(int descriptor) {
        this.descriptor = descriptor;
    }

    static LinuxFile open(int folder, EntryName name, int flags) throws IOException {
        LinuxFile file = new LinuxFile(LinuxCalls.open(folder, name, flags));
        try {
            FolderEntry entry = LinuxCalls.entry(file.descriptor);
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
        return LinuxCalls.entry(descriptor).size();
    }

    @Override
    public byte[] read(long offset, int most) throws IOException {
        int there = (int) Math.max(0, Math.min(most, size() - offset));
        return LinuxCalls.read(descriptor, offset, there);
    }

    @Override
    public void clear() throws IOException {
        LinuxCalls.clear(descriptor);
    }

    @Override
    public void append(byte[] bytes) throws IOException {
        LinuxCalls.write(descriptor, bytes);
    }

    @Override
    public void permit(int mode) throws IOException {
        LinuxCalls.permit(descriptor, mode);
    }

    void give(ToolUser owner) throws IOException {
        LinuxCalls.give(descriptor, owner);
    }

    @Override
    public void close() throws IOException {
        LinuxCalls.close(descriptor);
    }
}
