package dev.sallyport.executor.tool;

import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON values as outputs. */
final class ToolJson {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ToolJson() {}

    static ToolResult.Output value(Map<String, ?> value) {
        byte[] bytes = MAPPER.writeValueAsBytes(value);
        return ToolResult.Output.whole("value", bytes);
    }
}
