/* Built by build.sh. */
#include "../../cli/src/main/resources/dev/sallyport/cli/skills/template/skill.h"

/* CSV as RFC 4180 has it: fields between commas, in quotes where they have commas, quotes or line ends. */

typedef struct {
    const skill_text *text;
    u32 at;
} reader;

static int left(const reader *in) {
    return in->at < in->text->length;
}

static char now(const reader *in) {
    return in->text->bytes[in->at];
}

static int line_end(const reader *in) {
    return now(in) == '\n' || (now(in) == '\r' && in->at + 1 < in->text->length && in->text->bytes[in->at + 1] == '\n');
}

/* Reads a field; 0 where a quote is never closed, or something follows it. */
static int field(reader *in, skill_text *found) {
    if (!left(in) || now(in) != '"') {
        for (; left(in) && now(in) != ',' && !line_end(in); in->at++) {
            if (now(in) == '"') {
                return 0;
            }
            skill_put(found, now(in));
        }
        return 1;
    }
    for (in->at++; left(in); in->at++) {
        if (now(in) == '"') {
            in->at++;
            if (!left(in) || now(in) != '"') {
                return !left(in) || now(in) == ',' || line_end(in);
            }
        }
        skill_put(found, now(in));
    }
    return 0;
}

/* Reads a line as a list of texts; how many there are, 0 where it is no line of CSV. */
static u32 line(reader *in, skill_text *row) {
    u32 fields = 0;
    skill_put(row, '[');
    for (;;) {
        skill_text found = {0, 0, 0};
        if (!field(in, &found)) {
            return 0;
        }
        if (fields++) {
            skill_put(row, ',');
        }
        skill_string(row, found.bytes, found.length);
        if (!left(in) || now(in) != ',') {
            break;
        }
        in->at++;
    }
    skill_put(row, ']');
    if (left(in)) {
        in->at += now(in) == '\r' ? 2 : 1;
    }
    return fields;
}

static u64 refused(u32 number, const char *what) {
    skill_text answer = {0, 0, 0};
    skill_raw(&answer, "{\"error\":\"line ");
    skill_number(&answer, number);
    skill_raw(&answer, what);
    skill_raw(&answer, "\"}");
    return skill_answer(&answer);
}

/* Tool 0: the first line's fields as columns, the others as rows; or which row is wrong. */
static u64 rows(const char *input, u32 length) {
    skill_text text = {0, 0, 0};
    skill_text answer = {0, 0, 0};
    skill_member(input, length, "text", &text);
    reader in = {&text, 0};
    skill_raw(&answer, "{\"columns\":");
    u32 columns = line(&in, &answer);
    if (!columns) {
        return refused(1, " has a quote where none may be");
    }
    skill_raw(&answer, ",\"rows\":[");
    for (u32 number = 2; left(&in); number++) {
        if (number > 2) {
            skill_put(&answer, ',');
        }
        u32 fields = line(&in, &answer);
        if (!fields) {
            return refused(number, " has a quote where none may be");
        }
        if (fields != columns) {
            return refused(number, " has another number of fields than the first");
        }
    }
    skill_raw(&answer, "]}");
    return skill_answer(&answer);
}

SKILL_EXPORT("skill_call") u64 skill_call(u32 tool, const char *input, u32 length) {
    if (tool != 0) {
        __builtin_trap();
    }
    return rows(input, length);
}
