package dev.sallyport.executor.secret;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is taken out of all that a call writes: its secrets, in each of the forms in which a program may write them. It is
 * a net against accidents and carelessness; a program that wants to can write a secret in a form that nobody knows.
 *
 * <p>A form is looked for by its first eight bytes, which are held against the last eight of the stream at once; only
 * where they are equal the rest is compared.
 */
public final class Redaction {
    /** A shorter text would be found in what has nothing to do with it. */
    public static final int SHORTEST = 8;

    /** Takes nothing out. */
    public static final Redaction NONE = new Redaction(List.of());

    /** Programs break base64 after 64 or 76 characters, and hex after 60. */
    private static final int SHORTEST_LINE = 32;

    private static final int FILTER_BITS = 1 << 16;

    private final Map<Long, List<Form>> byStart = new HashMap<>();
    private final long[] filter = new long[FILTER_BITS / 64];
    private final int longest;

    /**
     * One form of one secret, and what stands there instead.
     *
     * @param lines whether it may be broken into lines, each as long as programs make them
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its bytes where it is looked for
    record Form(byte[] bytes, boolean lines, byte[] instead) {
        int mostBreaks() {
            return lines ? bytes.length / SHORTEST_LINE + 1 : 0;
        }

        /** How many bytes it has where it stands in a stream. */
        private int longest() {
            return bytes.length + 2 * mostBreaks();
        }

        /** The first eight bytes that it may have in a stream. */
        private Set<Long> starts() {
            Set<Long> starts = new HashSet<>();
            starts.add(start(bytes));
            for (int before = 1; lines && before < SHORTEST; before++) {
                for (String lineBreak : new String[] {"\n", "\r\n"}) {
                    byte[] broken = Arrays.copyOf(bytes, SHORTEST + 2);
                    byte[] with = lineBreak.getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(with, 0, broken, before, with.length);
                    System.arraycopy(bytes, before, broken, before + with.length, SHORTEST - before);
                    starts.add(start(broken));
                }
            }
            return starts;
        }
    }

    private Redaction(List<Form> forms) {
        int most = 0;
        for (Form form : forms) {
            for (long start : form.starts()) {
                byStart.computeIfAbsent(start, _ -> new ArrayList<>()).add(form);
                filter[bit(start) >> 6] |= 1L << (bit(start) & 63);
            }
            most = Math.max(most, form.longest());
        }
        // Of two that begin alike the longer one is taken out whole.
        byStart.values()
                .forEach(all -> all.sort(Comparator.comparingInt((Form form) -> form.bytes().length)
                        .reversed()));
        this.longest = most;
    }

    /**
     * That of some secrets.
     *
     * @param values by the name that stands where one was
     */
    static Redaction of(Map<String, byte[]> values) {
        List<Form> forms = new ArrayList<>();
        values.forEach((name, value) -> {
            byte[] instead = ("[secret:" + name + "]").getBytes(StandardCharsets.US_ASCII);
            SecretEncodings.of(value).forEach(form -> forms.add(new Form(form.bytes(), form.lines(), instead)));
        });
        return new Redaction(forms);
    }

    /** Whether there is nothing to take out. */
    public boolean isNothing() {
        return longest == 0;
    }

    /** A stream's own redactor. */
    public Redactor redactor() {
        return new Redactor(this);
    }

    /** The bytes without what is to be taken out. */
    public byte[] of(byte[] bytes) {
        if (isNothing()) {
            return bytes;
        }
        ByteArrayOutputStream left = new ByteArrayOutputStream(bytes.length);
        Redactor redactor = redactor();
        redactor.add(bytes, 0, bytes.length, left::write);
        redactor.end(left::write);
        return left.toByteArray();
    }

    /** The text without what is to be taken out. */
    public String of(String text) {
        return isNothing() ? text : new String(of(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    int longest() {
        return longest;
    }

    /** Whether something may begin with these eight bytes. */
    boolean mayStart(long start) {
        int bit = bit(start);
        return (filter[bit >> 6] & (1L << (bit & 63))) != 0;
    }

    List<Form> startingWith(long start) {
        List<Form> forms = byStart.get(start);
        return forms == null ? List.of() : forms;
    }

    /** Overwrites what it knows of the secrets. */
    void forget() {
        byStart.values().forEach(all -> all.forEach(form -> Arrays.fill(form.bytes(), (byte) 0)));
        byStart.clear();
    }

    private static long start(byte[] bytes) {
        long start = 0;
        for (int index = 0; index < SHORTEST; index++) {
            start = (start << 8) | (bytes[index] & 0xff);
        }
        return start;
    }

    private static int bit(long start) {
        return (int) ((start * 0x9E3779B97F4A7C15L) >>> 48);
    }
}
