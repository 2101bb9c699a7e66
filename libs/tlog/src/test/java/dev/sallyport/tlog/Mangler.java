package dev.sallyport.tlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Damages bytes in the ways that parsers trip over, the same for the same seed. */
final class Mangler {
    private static final String[] PIECES = {
        "\n", "\n\n", " ", "\u2014 ", "=", "+", "-", "0", "\u0000", "\r\n", "index ", "extra ", "AAAA", "\ud83d\ude00"
    };

    private final long seed;
    private final Random random;

    Mangler(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    byte[] mangle(byte[] bytes) {
        byte[] mangled = bytes;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            mangled = once(mangled);
        }
        return mangled;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + random.nextInt(1 + random.nextInt(40)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        switch (random.nextInt(5)) {
            case 0 -> {
                /* cut out */
            }
            case 1 -> {
                out.write(bytes, from, to - from);
                out.write(bytes, from, to - from);
            }
            case 2 -> out.writeBytes(PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8));
            case 3 -> {
                for (int i = from; i < to; i++) {
                    out.write(random.nextInt());
                }
            }
            default -> {
                return out.toByteArray();
            }
        }
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
