/* What a module of a skill and its host are to each other (skill-json-1), and a little JSON. No library is needed. */
#ifndef SKILL_H
#define SKILL_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SKILL_IMPORT(name) __attribute__((import_module("skill1"), import_name(name)))
#define SKILL_EXPORT(name) __attribute__((export_name(name)))

/* What a host function answers instead of a result. */
enum {
    SKILL_CAPABILITY_DENIED = -1,
    SKILL_NOT_SUPPORTED = -2,
    SKILL_BAD_ARGUMENT = -3,
    SKILL_NOT_FOUND = -4,
    SKILL_REFUSED = -5,
    SKILL_NOT_REACHED = -6
};

/* A module imports what it uses, and the manifest must ask for it; `skill_log` needs no capability. */
SKILL_IMPORT("log") void skill_log(int level, const char *text, u32 length);
SKILL_IMPORT("now_ms") long long skill_now_ms(void);
SKILL_IMPORT("random") int skill_random(void *buffer, u32 length);
SKILL_IMPORT("kv_get") int skill_kv_get(const char *key, u32 key_length, void *buffer, u32 capacity);
SKILL_IMPORT("kv_set") int skill_kv_set(const char *key, u32 key_length, const void *value, u32 length);
SKILL_IMPORT("fs_read") int skill_fs_read(const char *path, u32 path_length, void *buffer, u32 capacity);
SKILL_IMPORT("fs_write") int skill_fs_write(const char *path, u32 path_length, const void *content, u32 length);
SKILL_IMPORT("http_request") int skill_http_request(const char *request, u32 length, void *buffer, u32 capacity);

extern u8 __heap_base;
static u32 skill_top;

/* Memory is given out and never taken back: an instance lives for one call. 0 when there is none. */
SKILL_EXPORT("skill_alloc") void *skill_alloc(u32 length) {
    u32 start = skill_top ? skill_top : ((u32)&__heap_base + 15) & ~15u;
    u32 end = (start + length + 15) & ~15u;
    u32 have = (u32)__builtin_wasm_memory_size(0) << 16;
    if (end < start || length > 1u << 26) {
        return 0;
    }
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) >> 16) == (__SIZE_TYPE__)-1) {
        return 0;
    }
    skill_top = end;
    return (void *)start;
}

static inline u32 skill_length(const char *text) {
    u32 length = 0;
    while (text[length]) {
        length++;
    }
    return length;
}

/* Text that grows. `bytes` is 0 once there was no memory. */
typedef struct {
    char *bytes;
    u32 length;
    u32 room;
} skill_text;

static inline void skill_put(skill_text *text, char byte) {
    if (text->length == text->room) {
        u32 room = text->room ? text->room * 2 : 256;
        char *more = skill_alloc(room);
        if (!more) {
            __builtin_trap();
        }
        for (u32 at = 0; at < text->length; at++) {
            more[at] = text->bytes[at];
        }
        text->bytes = more;
        text->room = room;
    }
    text->bytes[text->length++] = byte;
}

/* Sends a request, like "GET https://api.example.com/v1/x\nAccept: text/plain\n\n". Its status, and the body in `body`; or
   what the host answered instead. `{secret:name}` in a field's value stands for a secret that the manifest asks for. */
static inline int skill_http(const skill_text *request, skill_text *body) {
    u32 room = 65536;
    char *response = skill_alloc(room);
    int length = response ? skill_http_request(request->bytes, request->length, response, room) : SKILL_REFUSED;
    if (length > (int)room) {
        /* There was too little room: a request of length 0 gives the same response again. */
        room = (u32)length;
        response = skill_alloc(room);
        length = response ? skill_http_request(request->bytes, 0, response, room) : SKILL_REFUSED;
    }
    if (length < 0) {
        return length;
    }
    int status = 0;
    u32 at = 0;
    for (; response[at] != '\n'; at++) {
        status = status * 10 + (response[at] - '0');
    }
    /* Fields end at an empty line, which is always there. */
    while (response[at] != '\n' || response[at + 1] != '\n') {
        at++;
    }
    body->bytes = response + at + 2;
    body->length = (u32)length - at - 2;
    body->room = body->length;
    return status;
}

/* Adds JSON as it is, for example {"text": */
static inline void skill_raw(skill_text *text, const char *json) {
    for (; *json; json++) {
        skill_put(text, *json);
    }
}

/* Adds a JSON string with these bytes, which are UTF-8. */
static inline void skill_string(skill_text *text, const char *bytes, u32 length) {
    static const char digits[] = "0123456789abcdef";
    skill_put(text, '"');
    for (u32 at = 0; at < length; at++) {
        u8 byte = (u8)bytes[at];
        if (byte == '"' || byte == '\\') {
            skill_put(text, '\\');
            skill_put(text, (char)byte);
        } else if (byte < 32) {
            skill_raw(text, "\\u00");
            skill_put(text, digits[byte >> 4]);
            skill_put(text, digits[byte & 15]);
        } else {
            skill_put(text, (char)byte);
        }
    }
    skill_put(text, '"');
}

/* Adds a number. */
static inline void skill_number(skill_text *text, u64 number) {
    char digits[20];
    u32 count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) {
        skill_put(text, digits[--count]);
    }
}

/* The answer of skill_call. */
static inline u64 skill_answer(const skill_text *text) {
    return (u64)(u32)text->bytes << 32 | text->length;
}

static inline u32 skill_hex(const char *at) {
    u32 value = 0;
    for (int digit = 0; digit < 4; digit++) {
        char c = at[digit];
        value = value << 4 | (u32)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

static inline void skill_utf8(skill_text *text, u32 point) {
    if (point < 0x80) {
        skill_put(text, (char)point);
    } else if (point < 0x800) {
        skill_put(text, (char)(0xc0 | point >> 6));
        skill_put(text, (char)(0x80 | (point & 63)));
    } else if (point < 0x10000) {
        skill_put(text, (char)(0xe0 | point >> 12));
        skill_put(text, (char)(0x80 | (point >> 6 & 63)));
        skill_put(text, (char)(0x80 | (point & 63)));
    } else {
        skill_put(text, (char)(0xf0 | point >> 18));
        skill_put(text, (char)(0x80 | (point >> 12 & 63)));
        skill_put(text, (char)(0x80 | (point >> 6 & 63)));
        skill_put(text, (char)(0x80 | (point & 63)));
    }
}

/* Reads the JSON string that begins at `at`; where it ends. The input is canonical JSON, which the host has checked. */
static inline u32 skill_read_string(const char *json, u32 at, skill_text *text) {
    for (at++; json[at] != '"'; at++) {
        if (json[at] != '\\') {
            skill_put(text, json[at]);
            continue;
        }
        char escape = json[++at];
        if (escape == 'u') {
            u32 point = skill_hex(json + at + 1);
            at += 4;
            if (point >= 0xd800 && point < 0xdc00 && json[at + 1] == '\\' && json[at + 2] == 'u') {
                point = 0x10000 + ((point - 0xd800) << 10) + (skill_hex(json + at + 3) - 0xdc00);
                at += 6;
            }
            skill_utf8(text, point);
        } else {
            skill_put(text, escape == 'n' ? '\n' : escape == 't' ? '\t' : escape == 'r' ? '\r'
                : escape == 'b' ? '\b' : escape == 'f' ? '\f' : escape);
        }
    }
    return at + 1;
}

/* The text of a member of the input, which is an object; 0 if it has none of that name that is a text. */
static inline int skill_member(const char *json, u32 length, const char *name, skill_text *text) {
    u32 depth = 0;
    for (u32 at = 0; at < length;) {
        if (json[at] == '"') {
            skill_text key = {0, 0, 0};
            at = skill_read_string(json, at, &key);
            int same = depth == 1 && json[at] == ':' && key.length == skill_length(name);
            for (u32 byte = 0; same && byte < key.length; byte++) {
                same = key.bytes[byte] == name[byte];
            }
            if (same && json[at + 1] == '"') {
                skill_read_string(json, at + 1, text);
                return 1;
            }
        } else {
            depth += json[at] == '{' || json[at] == '[';
            depth -= json[at] == '}' || json[at] == ']';
            at++;
        }
    }
    return 0;
}

#endif
