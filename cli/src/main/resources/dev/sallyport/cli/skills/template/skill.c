/* Built by build.sh. */
#include "skill.h"

/* Tool 0, as numbered in skill.toml: how often a text was given in this session. */
static u64 count(const char *input, u32 length) {
    skill_text text = {0, 0, 0};
    if (!skill_member(input, length, "text", &text) || text.length == 0) {
        __builtin_trap(); /* the schema of the input asks for it, so the host has refused this before */
    }
    u64 seen = 0;
    if (skill_kv_get(text.bytes, text.length, &seen, sizeof seen) < 0) {
        seen = 0;
    }
    seen++;
    if (skill_kv_set(text.bytes, text.length, &seen, sizeof seen) != 0) {
        skill_log(2, "nothing is kept", 15);
    }
    skill_text answer = {0, 0, 0};
    skill_raw(&answer, "{\"seen\":");
    skill_number(&answer, seen);
    skill_raw(&answer, ",\"text\":");
    skill_string(&answer, text.bytes, text.length);
    skill_raw(&answer, "}");
    return skill_answer(&answer);
}

SKILL_EXPORT("skill_call") u64 skill_call(u32 tool, const char *input, u32 length) {
    switch (tool) {
    case 0:
        return count(input, length);
    default:
        __builtin_trap();
    }
}
