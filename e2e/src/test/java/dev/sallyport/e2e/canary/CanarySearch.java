package dev.sallyport.e2e.canary;

import dev.sallyport.e2e.harness.Api;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for values that must not be found, in any of the usual forms: as they are, base64 at each of its three offsets,
 * hexadecimal, URL-encoded, JSON-escaped; and inside what is itself base64 or hexadecimal, three levels deep.
 */
public final class CanarySearch {
    private static final int LEAST = 12;
    private static final int DEEPEST = 3;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{24,}={0,2}");
    private static final Pattern HEX = Pattern.compile("(?:[0-9a-f]{2}){16,}|(?:[0-9A-F]{2}){16,}");

    private final Map<String, List<byte[]>> forms = new LinkedHashMap<>();
    private final BitSet starts = new BitSet(1 << 24);

    /** Adds a value to look for; values too short to be told from chance are refused. */
    public CanarySearch with(String name, byte[] value) {
        if (value.length < LEAST) {
            throw new IllegalArgumentException(name + " is too short to be looked for");
        }
        List<byte[]> all = formsOf(value);
        forms.put(name, all);
        all.forEach(form -> starts.set(prefix(form, 0)));
        return this;
    }

    public CanarySearch with(String name, String value) {
        return with(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The names of the values that occur in these bytes. */
    public Set<String> in(byte[] content) {
        Set<String> found = new LinkedHashSet<>();
        search(content, DEEPEST, found);
        return found;
    }

    public Set<String> in(String text) {
        return in(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #in}, for what is too large to be unpacked. */
    Set<String> plainly(byte[] content, int length) {
        Set<String> found = new LinkedHashSet<>();
        scan(content, length, found);
        return found;
    }

    /** How much of one piece must be repeated in the next, so that nothing is lost at a border. */
    int overlap() {
        return forms.values().stream()
                .flatMap(List::stream)
                .mapToInt(form -> form.length)
                .max()
                .orElse(0);
    }

    private void search(byte[] content, int depth, Set<String> found) {
        scan(content, content.length, found);
        if (depth == 0) {
            return;
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        Matcher hex = HEX.matcher(text);
        while (hex.find()) {
            search(HexFormat.of().parseHex(hex.group()), depth - 1, found);
        }
        Matcher base64 = BASE64.matcher(text);
        while (base64.find()) {
            byte[] decoded = decoded(base64.group());
            if (decoded.length > 0) {
                search(decoded, depth - 1, found);
            }
        }
    }

    private void scan(byte[] content, int length, Set<String> found) {
        for (int i = 0; i + LEAST <= length; i++) {
            if (starts.get(prefix(content, i))) {
                int at = i;
                forms.forEach((name, all) -> {
                    for (byte[] form : all) {
                        if (at + form.length <= length
                                && Arrays.equals(content, at, at + form.length, form, 0, form.length)) {
                            found.add(name);
                        }
                    }
                });
            }
        }
    }

    private static int prefix(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 16) | ((bytes[at + 1] & 0xff) << 8) | (bytes[at + 2] & 0xff);
    }

    private static byte[] decoded(String text) {
        String plain = text.replace("=", "").replace('-', '+').replace('_', '/');
        int whole = plain.length() - (plain.length() % 4 == 1 ? 1 : 0);
        try {
            return Base64.getDecoder().decode(plain.substring(0, whole));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static List<byte[]> formsOf(byte[] value) {
        Set<String> texts = new LinkedHashSet<>();
        for (int offset = 0; offset < 3; offset++) {
            byte[] shifted = new byte[offset + value.length];
            System.arraycopy(value, 0, shifted, offset, value.length);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.withoutPadding().encodeToString(shifted);
                // The first and last characters depend on what stands beside the value.
                texts.add(encoded.substring(offset == 0 ? 0 : offset + 1, encoded.length() - 2));
            }
        }
        texts.add(HexFormat.of().formatHex(value));
        texts.add(HexFormat.of().withUpperCase().formatHex(value));
        String text = new String(value, StandardCharsets.UTF_8);
        texts.add(URLEncoder.encode(text, StandardCharsets.UTF_8));
        texts.add(URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
        String json = Api.JSON.writeValueAsString(text);
        texts.add(json.substring(1, json.length() - 1));
        List<byte[]> forms = new ArrayList<>();
        forms.add(value);
        texts.forEach(form -> forms.add(form.getBytes(StandardCharsets.UTF_8)));
        return forms.stream().filter(form -> form.length >= LEAST).toList();
    }
}
