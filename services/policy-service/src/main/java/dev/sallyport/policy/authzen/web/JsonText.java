package dev.sallyport.policy.authzen.web;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** A JSON string and nothing else: to a number in the place of one, the standard's certification demands a 400. */
final class JsonText extends StdScalarDeserializer<String> {
    JsonText() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
        return parser.hasToken(JsonToken.VALUE_STRING)
                ? parser.getString()
                : context.reportInputMismatch(this, "must be a string");
    }
}
