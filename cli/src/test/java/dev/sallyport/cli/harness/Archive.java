package dev.sallyport.cli.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip archives. */
public final class Archive {
    /** When the sample bundles were exported. */
    public static final LocalDateTime EXPORTED = LocalDateTime.of(2026, 11, 21, 10, 0);

    private Archive() {}

    /** An archive of these files in their order, as the ledger writes it. */
    public static byte[] zip(Map<String, byte[]> files) {
        return zip(files, entry -> {});
    }

    /** The same with something changed about each entry. */
    public static byte[] zip(Map<String, byte[]> files, Consumer<ZipEntry> change) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.ISO_8859_1)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                CRC32 crc = new CRC32();
                crc.update(file.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setCrc(crc.getValue());
                entry.setSize(file.getValue().length);
                entry.setTimeLocal(EXPORTED);
                change.accept(entry);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
