package dev.sallyport.servicekit.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Times on the wire: RFC 3339, UTC, always milliseconds. */
public final class RestTimes extends SimpleModule {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** The module. */
    public RestTimes() {
        super("sallyport-times");
        addSerializer(Instant.class, new Milliseconds());
    }

    private static final class Milliseconds extends StdSerializer<Instant> {
        Milliseconds() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
            out.writeString(FORM.format(value));
        }
    }
}
