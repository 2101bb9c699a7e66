/* Built by build.sh. */
#include "../../cli/src/main/resources/dev/sallyport/cli/skills/template/skill.h"

/* The JSON that is looked into is a text of any origin (RFC 8259): it is read to its end before anything is told of it. */

#define WRONG ((u32)-1)
#define DEEPEST 100

typedef struct {
    const char *bytes;
    u32 length;
    /* How far it could be read. */
    u32 read;
} json_text;

static char peek(const json_text *in, u32 at) {
    return at < in->length ? in->bytes[at] : 0;
}

static int digit(char c) {
    return c >= '0' && c <= '9';
}

static u32 after_space(const json_text *in, u32 at) {
    for (char c = peek(in, at); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(in, at)) {
        at++;
    }
    return at;
}

static u32 after_digits(const json_text *in, u32 at) {
    if (!digit(peek(in, at))) {
        return WRONG;
    }
    while (digit(peek(in, at))) {
        at++;
    }
    return at;
}

static u32 after_number(const json_text *in, u32 at) {
    at += peek(in, at) == '-';
    at = peek(in, at) == '0' ? at + 1 : after_digits(in, at);
    if (at != WRONG && peek(in, at) == '.') {
        at = after_digits(in, at + 1);
    }
    if (at != WRONG && (peek(in, at) | 32) == 'e') {
        at++;
        at = after_digits(in, at + (peek(in, at) == '+' || peek(in, at) == '-'));
    }
    return at;
}

static u32 after_word(const json_text *in, u32 at, const char *word) {
    for (; *word; word++, at++) {
        if (peek(in, at) != *word) {
            return WRONG;
        }
    }
    return at;
}

static u32 after_string(const json_text *in, u32 at) {
    if (peek(in, at) != '"') {
        return WRONG;
    }
    for (at++; peek(in, at) != '"'; at++) {
        if ((u8)peek(in, at) < 32) {
            return WRONG;
        }
        if (peek(in, at) != '\\') {
            continue;
        }
        char escape = peek(in, ++at);
        if (escape == 'u') {
            for (int hex = 0; hex < 4; hex++) {
                char c = peek(in, ++at) | 32;
                if (!digit(c) && !(c >= 'a' && c <= 'f')) {
                    return WRONG;
                }
            }
        } else if (!(escape == '"' || escape == '\\' || escape == '/' || escape == 'b' || escape == 'f' || escape == 'n'
                       || escape == 'r' || escape == 't')) {
            return WRONG;
        }
    }
    return at + 1;
}

/* Where the value ends that begins at `at`; WRONG if it is none. */
static u32 after_value(json_text *in, u32 at, u32 depth) {
    char first = peek(in, at);
    in->read = at;
    if (first == '"') {
        return after_string(in, at);
    }
    if (first != '{' && first != '[') {
        return first == 't' ? after_word(in, at, "true")
            : first == 'f'  ? after_word(in, at, "false")
            : first == 'n'  ? after_word(in, at, "null")
                            : after_number(in, at);
    }
    char last = first == '{' ? '}' : ']';
    at = after_space(in, at + 1);
    if (peek(in, at) == last) {
        return at + 1;
    }
    while (depth < DEEPEST) {
        if (first == '{') {
            in->read = at;
            at = after_string(in, at);
            at = at == WRONG ? WRONG : after_space(in, at);
            if (at == WRONG || peek(in, at) != ':') {
                return WRONG;
            }
            at = after_space(in, at + 1);
        }
        at = after_value(in, at, depth + 1);
        if (at == WRONG) {
            return WRONG;
        }
        at = after_space(in, at);
        in->read = at;
        if (peek(in, at) == last) {
            return at + 1;
        }
        if (peek(in, at) != ',') {
            return WRONG;
        }
        at = after_space(in, at + 1);
    }
    return WRONG;
}

static int same(const skill_text *one, const skill_text *other) {
    if (one->length != other->length) {
        return 0;
    }
    for (u32 at = 0; at < one->length; at++) {
        if (one->bytes[at] != other->bytes[at]) {
            return 0;
        }
    }
    return 1;
}

/* From here on the text is known to be JSON. */

static u32 next(json_text *in, u32 at) {
    at = after_space(in, after_value(in, at, 0));
    return peek(in, at) == ',' ? after_space(in, at + 1) : at;
}

/* Where the member of that name begins in the object at `at`; WRONG if it has none. Of several the last one counts. */
static u32 member(json_text *in, u32 at, const skill_text *name) {
    u32 found = WRONG;
    for (at = after_space(in, at + 1); peek(in, at) != '}'; at = next(in, at)) {
        skill_text key = {0, 0, 0};
        at = skill_read_string(in->bytes, at, &key);
        at = after_space(in, after_space(in, at) + 1);
        if (same(&key, name)) {
            found = at;
        }
    }
    return found;
}

/* Where the element of that number begins in the list at `at`; WRONG if there is none, or the text is no number of one. */
static u32 element(json_text *in, u32 at, const skill_text *number) {
    u32 left = 0;
    if (number->length == 0 || number->length > 6 || (number->length > 1 && number->bytes[0] == '0')) {
        return WRONG;
    }
    for (u32 place = 0; place < number->length; place++) {
        if (!digit(number->bytes[place])) {
            return WRONG;
        }
        left = left * 10 + (u32)(number->bytes[place] - '0');
    }
    for (at = after_space(in, at + 1); peek(in, at) != ']'; at = next(in, at)) {
        if (left-- == 0) {
            return at;
        }
    }
    return WRONG;
}

/* Where the value begins that the JSON Pointer (RFC 6901) leads to from the value at `at`; WRONG if it leads nowhere. */
static u32 pointed(json_text *in, u32 at, const skill_text *pointer) {
    u32 place = 0;
    while (at != WRONG && place < pointer->length) {
        if (pointer->bytes[place] != '/') {
            return WRONG;
        }
        skill_text token = {0, 0, 0};
        for (place++; place < pointer->length && pointer->bytes[place] != '/'; place++) {
            char c = pointer->bytes[place];
            if (c == '~') {
                c = ++place < pointer->length ? pointer->bytes[place] : 0;
                if (c != '0' && c != '1') {
                    return WRONG;
                }
                c = c == '0' ? '~' : '/';
            }
            skill_put(&token, c);
        }
        char kind = peek(in, at);
        at = kind == '{' ? member(in, at, &token) : kind == '[' ? element(in, at, &token) : WRONG;
    }
    return at;
}

static u64 refused(u32 at) {
    skill_text answer = {0, 0, 0};
    skill_raw(&answer, "{\"error\":\"this is no JSON, or deeper than 100 levels, from byte ");
    skill_number(&answer, at);
    skill_raw(&answer, " on\"}");
    return skill_answer(&answer);
}

/* Tool 0: what the pointers lead to, in their order. */
static u64 pick(const char *input, u32 length) {
    skill_text text = {0, 0, 0};
    skill_text answer = {0, 0, 0};
    skill_member(input, length, "json", &text);
    json_text in = {text.bytes, text.length, 0};
    u32 start = after_space(&in, 0);
    u32 end = after_value(&in, start, 0);
    if (end == WRONG || after_space(&in, end) != in.length) {
        return refused(end == WRONG ? in.read : after_space(&in, end));
    }
    /* The input itself is canonical JSON. */
    json_text asked = {input, length, 0};
    skill_text pointers = {"pointers", 8, 0};
    skill_raw(&answer, "{\"values\":[");
    for (u32 at = member(&asked, 0, &pointers) + 1; input[at] != ']'; at += input[at] == ',') {
        skill_text pointer = {0, 0, 0};
        at = skill_read_string(input, at, &pointer);
        u32 from = pointed(&in, start, &pointer);
        skill_raw(&answer, answer.bytes[answer.length - 1] == '[' ? "{\"found\":" : ",{\"found\":");
        if (from == WRONG) {
            skill_raw(&answer, "false");
        } else {
            skill_raw(&answer, "true,\"json\":");
            skill_string(&answer, in.bytes + from, after_value(&in, from, 0) - from);
        }
        skill_put(&answer, '}');
    }
    skill_raw(&answer, "]}");
    return skill_answer(&answer);
}

SKILL_EXPORT("skill_call") u64 skill_call(u32 tool, const char *input, u32 length) {
    if (tool != 0) {
        __builtin_trap();
    }
    return pick(input, length);
}
