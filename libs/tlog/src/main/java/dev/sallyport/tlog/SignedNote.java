package dev.sallyport.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A note with signatures (c2sp.org/signed-note). Its text counts only after {@link #open}.
 *
 * <p>Signatures by unknown keys are ignored, as the specification demands: witnesses and new keys may add theirs. Their
 * base64, too, must be in its one spelling (RFC 4648, 3.5), where other readers overlook stray bits.
 */
public final class SignedNote {
    /** The most bytes a note may have; far beyond any checkpoint with cosignatures. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_SIGNATURES = 100;
    static final String LINE_START = "\u2014 ";

    private final String text;
    private final List<Line> signatures;

    private SignedNote(String text, List<Line> signatures) {
        this.text = text;
        this.signatures = signatures;
    }

    /** One signature line. The array stays inside. */
    private static final class Line {
        private final String name;
        private final int keyId;
        private final byte[] signature;

        Line(String name, byte[] tagged) {
            this.name = name;
            this.keyId = ByteBuffer.wrap(tagged).getInt();
            this.signature = Arrays.copyOfRange(tagged, 4, tagged.length);
        }

        boolean isBy(VerifierKey key) {
            return keyId == key.keyId() && name.equals(key.name());
        }
    }

    /**
     * A note whose signatures by trusted keys hold.
     *
     * @param text the signed text, ending with a newline
     * @param signers the trusted keys that signed it, at least one
     */
    public record Opened(String text, List<VerifierKey> signers) {}

    /** Reads a note without believing it; {@link TlogException.MalformedNote}. */
    public static SignedNote parse(byte[] note) {
        if (note.length > MAX_BYTES) {
            throw new TlogException.MalformedNote("a note has at most " + MAX_BYTES + " bytes");
        }
        String all;
        try {
            all = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(note))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TlogException.MalformedNote("a note is UTF-8");
        }
        checkCharacters(all);
        int split = all.lastIndexOf("\n\n");
        if (split < 0 || !all.endsWith("\n") || split + 2 == all.length()) {
            throw new TlogException.MalformedNote("a note ends with an empty line and its signatures");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : all.substring(split + 2, all.length() - 1).split("\n", -1)) {
            if (lines.size() == MAX_SIGNATURES) {
                throw new TlogException.MalformedNote("a note has at most " + MAX_SIGNATURES + " signatures");
            }
            lines.add(parseLine(line));
        }
        return new SignedNote(all.substring(0, split + 1), lines);
    }

    /**
     * Verifies the signatures by the given keys.
     *
     * @throws TlogException.SignatureRefused when a signature that names one of the keys does not hold
     * @throws TlogException.UnknownSigner when none of the keys signed
     */
    public Opened open(Collection<VerifierKey> keys) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        List<VerifierKey> signers = new ArrayList<>();
        for (VerifierKey key : keys) {
            for (Line line : signatures) {
                if (!line.isBy(key)) {
                    continue;
                }
                if (!key.verify(message, line.signature)) {
                    throw new TlogException.SignatureRefused("the signature by " + key.name() + " does not hold");
                }
                signers.add(key);
                break;
            }
        }
        if (signers.isEmpty()) {
            throw new TlogException.UnknownSigner("no trusted key signed the note");
        }
        return new Opened(text, List.copyOf(signers));
    }

    /** Whether it has a signature line that is by none of these keys, or by one of them a second time. */
    public boolean isSignedByOthers(Collection<VerifierKey> keys) {
        return signatures.size()
                > keys.stream()
                        .distinct()
                        .filter(key -> signatures.stream().anyMatch(line -> line.isBy(key)))
                        .count();
    }

    /** The text, believed by nobody yet: for looking up which keys to verify it with. */
    public String unverifiedText() {
        return text;
    }

    static void checkText(String text) {
        checkCharacters(text);
        if (text.length() < 2 || !text.endsWith("\n")) {
            throw new TlogException.MalformedNote("a note's text ends with a newline");
        }
    }

    private static void checkCharacters(String text) {
        if (text.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new TlogException.MalformedNote("a note has no control characters");
        }
    }

    private static Line parseLine(String line) {
        int space = line.lastIndexOf(' ');
        if (!line.startsWith(LINE_START) || space < LINE_START.length()) {
            throw new TlogException.MalformedNote("a signature line has a dash, a name and a signature");
        }
        String name = line.substring(LINE_START.length(), space);
        byte[] tagged = StrictBase64.decode(line.substring(space + 1));
        if (!VerifierKey.isName(name) || tagged == null || tagged.length < 5) {
            throw new TlogException.MalformedNote("a signature line has a dash, a name and a signature");
        }
        return new Line(name, tagged);
    }
}
