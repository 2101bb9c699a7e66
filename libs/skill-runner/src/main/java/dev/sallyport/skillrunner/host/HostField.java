package dev.sallyport.skillrunner.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A field of a request or a response: a name and a value in visible ASCII, with spaces within. */
public record HostField(String name, String value) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");

    private static final Pattern VALUE = Pattern.compile("([!-~]([ -~]{0,8190}[!-~])?)?");

    /** Refuses what no message can have with {@link IllegalArgumentException}. */
    public HostField {
        if (!isOne(name, value)) {
            throw new IllegalArgumentException("this is no field of HTTP");
        }
    }

    static boolean isOne(String name, String value) {
        return NAME.matcher(name).matches() && VALUE.matcher(value).matches();
    }

    /** A field of a response: its name in lower case, and what is not visible in its value as question marks. */
    public static HostField received(String name, String value) {
        String visible = value.replaceAll("[^ -~]", "?").strip();
        return new HostField(
                name.toLowerCase(Locale.ROOT),
                visible.length() > 8192 ? visible.substring(0, 8192).strip() : visible);
    }

    /** Writes the fields and the empty line behind them. */
    static void write(List<HostField> fields, ByteArrayOutputStream to) {
        for (HostField field : fields) {
            to.writeBytes((field.name() + ": " + field.value() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        to.write('\n');
    }
}
