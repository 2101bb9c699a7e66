package dev.sallyport.tlog;

import java.util.Collection;
import java.util.List;

/**
 * A log's statement about its whole tree (c2sp.org/tlog-checkpoint).
 *
 * @param origin which log
 * @param size number of leaves
 * @param root root of the tree
 * @param extensions further lines; ours are none, others' are kept
 */
public record Checkpoint(String origin, long size, TreeHash root, List<String> extensions) {
    /** Refuses what could not be written as lines with {@link IllegalArgumentException}. */
    public Checkpoint {
        extensions = List.copyOf(extensions);
        if (origin.isEmpty() || origin.contains("\n") || size < 0) {
            throw new IllegalArgumentException("a checkpoint has an origin of one line and a size");
        }
        for (String line : extensions) {
            if (line.isEmpty() || line.contains("\n")) {
                throw new IllegalArgumentException("an extension of a checkpoint is a line");
            }
        }
    }

    /** A checkpoint without extensions. */
    public Checkpoint(String origin, long size, TreeHash root) {
        this(origin, size, root, List.of());
    }

    /** Reads the text of an opened note; {@link TlogException.MalformedCheckpoint}. */
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
            throw new TlogException.MalformedCheckpoint("a checkpoint has an origin, a size and a root");
        }
        List<String> extensions = List.of(lines).subList(3, lines.length - 1);
        long size = Decimal.parse(lines[1]);
        TreeHash root = StrictBase64.hash(lines[2]);
        if (lines[0].isEmpty() || size < 0 || root == null || extensions.contains("")) {
            throw new TlogException.MalformedCheckpoint("a checkpoint has an origin, a size and a root");
        }
        return new Checkpoint(lines[0], size, root, extensions);
    }

    /**
     * The checkpoint in a note that its log signed. The log's key is the one whose name is the origin; a trusted key of
     * another log cannot speak for this one.
     *
     * @throws TlogException.MalformedNote and the others of {@link SignedNote#open}
     * @throws TlogException.MalformedCheckpoint when the text is no checkpoint
     */
    public static Checkpoint open(byte[] note, Collection<VerifierKey> logKeys) {
        SignedNote.Opened opened = SignedNote.parse(note).open(logKeys);
        Checkpoint checkpoint = parse(opened.text());
        if (opened.signers().stream().noneMatch(key -> key.name().equals(checkpoint.origin()))) {
            throw new TlogException.UnknownSigner("the checkpoint is not signed by the log that it is about");
        }
        return checkpoint;
    }

    /** The note with the log's signature; the signer's name must be the origin. */
    public byte[] sign(NoteSigner signer) {
        if (!signer.verifier().name().equals(origin)) {
            throw new IllegalArgumentException("a log signs its own checkpoints only");
        }
        return signer.sign(text());
    }

    /** The text that is signed. */
    public String text() {
        StringBuilder text = new StringBuilder()
                .append(origin)
                .append('\n')
                .append(size)
                .append('\n')
                .append(root.base64())
                .append('\n');
        extensions.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
