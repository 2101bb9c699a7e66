package dev.sallyport.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A proof that a log holds an entry, complete in itself (c2sp.org/tlog-proof): the content of a {@code .tlog-proof}
 * file. The optional extra data of the format is neither written nor believed.
 */
public final class TlogProof {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    /** A path has a hash per bit of the tree's size. */
    private static final int MAX_PATH = 63;

    private final long index;
    private final List<TreeHash> path;
    private final byte[] checkpoint;

    /**
     * The proof of one entry.
     *
     * @param index the entry's index
     * @param path from the leaf's sibling to the root's child
     * @param checkpoint the signed note, byte for byte
     */
    public TlogProof(long index, List<TreeHash> path, byte[] checkpoint) {
        if (index < 0 || path.size() > MAX_PATH) {
            throw new TlogException.MalformedProof("a proof has an index and at most 63 hashes");
        }
        this.index = index;
        this.path = List.copyOf(path);
        this.checkpoint = checkpoint.clone();
    }

    /** Reads a proof; {@link TlogException.MalformedProof}. The checkpoint in it is not looked at. */
    public static TlogProof parse(byte[] proof) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(proof))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TlogException.MalformedProof("a proof is UTF-8");
        }
        int split = text.indexOf("\n\n");
        if (split < 0) {
            throw new TlogException.MalformedProof("a proof ends with a checkpoint after an empty line");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, split).split("\n", -1)));
        if (!lines.removeFirst().equals(HEADER)) {
            throw new TlogException.MalformedProof("a proof starts with the line " + HEADER);
        }
        if (!lines.isEmpty() && lines.getFirst().startsWith("extra ")) {
            if (StrictBase64.decode(lines.removeFirst().substring("extra ".length())) == null) {
                throw new TlogException.MalformedProof("the extra data of a proof is base64");
            }
        }
        if (lines.isEmpty() || !lines.getFirst().startsWith("index ")) {
            throw new TlogException.MalformedProof("a proof has a line with the index");
        }
        long index = Decimal.parse(lines.removeFirst().substring("index ".length()));
        List<TreeHash> path = new ArrayList<>();
        for (String line : lines) {
            TreeHash hash = StrictBase64.hash(line);
            if (hash == null) {
                throw new TlogException.MalformedProof("a line of the proof is not a hash");
            }
            path.add(hash);
        }
        return new TlogProof(index, path, text.substring(split + 2).getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of the file. */
    public byte[] encode() {
        StringBuilder text =
                new StringBuilder(HEADER).append("\nindex ").append(index).append('\n');
        path.forEach(hash -> text.append(hash.base64()).append('\n'));
        byte[] head = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + checkpoint.length)
                .put(head)
                .put(checkpoint)
                .array();
    }

    /**
     * Verifies that the log holds exactly this entry and answers the checkpoint that says so.
     *
     * @param logKeys the keys of logs that the caller trusts
     * @throws TlogException which says whether the note, its signature or the path does not hold
     */
    public Checkpoint verify(byte[] entry, Collection<VerifierKey> logKeys) {
        Checkpoint opened = Checkpoint.open(checkpoint, logKeys);
        Proofs.verifyInclusion(Rfc6962.leaf(entry), index, opened.size(), opened.root(), path);
        return opened;
    }

    /** The entry's index. */
    public long index() {
        return index;
    }

    /** From the leaf's sibling to the root's child. */
    public List<TreeHash> path() {
        return path;
    }

    /** A copy of the signed checkpoint. */
    public byte[] checkpoint() {
        return checkpoint.clone();
    }
}
