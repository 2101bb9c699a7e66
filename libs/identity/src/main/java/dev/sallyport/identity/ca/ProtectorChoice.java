package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.identity.protect.KeyProtectors;
import dev.sallyport.identity.protect.SealedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * Which protector seals the keys of a folder of authorities: what the file {@code protector} beside them says, in the
 * form of {@link KeyProtectors}; without it the key file where {@link FleetLayout} has it. The file says where the key
 * lies, and is no secret.
 *
 * <p>While the keys move from one protector to another, {@code protector.next} names the one they go to. Whoever opens
 * the folder then tries both, so a move that was cut short has lost nothing and is finished by doing it again.
 */
record ProtectorChoice(Path folder, Path keyFile, String fleetId) {
    private static final String NOW = "protector";
    private static final String NEXT = "protector.next";
    private static final int LONGEST = 4096;

    /**
     * The sealed content.
     *
     * @throws IdentityException when no protector that is named opens it
     */
    byte[] read(Path sealed, String context) {
        try {
            return SealedFile.read(sealed, now(), context);
        } catch (SealBroken e) {
            if (!Files.exists(folder.resolve(NEXT), LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return SealedFile.read(sealed, open(setting(NEXT), false), context);
        }
    }

    /** What seals now. */
    KeyProtector now() {
        return Files.exists(folder.resolve(NOW), LinkOption.NOFOLLOW_LINKS)
                ? open(setting(NOW), false)
                : KeyProtectors.open(keyFile.toAbsolutePath().toString(), fleetId, false);
    }

    /**
     * Seals the content by another protector from now on. What the old one kept stays where it is, for whoever still
     * needs a backup sealed under it.
     *
     * @throws FileFailed when the disk refuses; the protector before counts then
     */
    void move(Path sealed, String context, String setting) {
        byte[] content = read(sealed, context);
        try {
            KeyProtector to = open(setting, true);
            giveToFoldersOwner(setting);
            OwnerOnly.replacePublic(folder.resolve(NEXT), setting.getBytes(StandardCharsets.UTF_8));
            OwnerOnly.sync(folder);
            SealedFile.replace(sealed, content, to, context);
            OwnerOnly.sync(folder);
            byte[] back = SealedFile.read(sealed, to, context);
            Arrays.fill(back, (byte) 0);
            Files.move(
                    folder.resolve(NEXT),
                    folder.resolve(NOW),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            OwnerOnly.sync(folder);
        } catch (IOException e) {
            throw new FileFailed("cannot move the keys of " + folder + " to another protector: " + e.getMessage(), e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Run as uid 0, a key file that was made here belongs to whoever opens the folder later. */
    private void giveToFoldersOwner(String setting) throws IOException {
        Path file = Path.of(setting.startsWith("file:") ? setting.substring("file:".length()) : setting);
        boolean isFile = setting.startsWith("file:") || setting.startsWith("/");
        if (isFile && !OwnerOnly.isMe(OwnerOnly.owner(folder))) {
            Files.setOwner(file, OwnerOnly.owner(folder));
        }
    }

    private KeyProtector open(String setting, boolean create) {
        return KeyProtectors.open(setting, fleetId, create);
    }

    private String setting(String file) {
        return new String(OwnerOnly.readPublic(folder.resolve(file), LONGEST), StandardCharsets.UTF_8).strip();
    }
}
