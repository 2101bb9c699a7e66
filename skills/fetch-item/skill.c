/* Built by build.sh. */
#include "../../cli/src/main/resources/dev/sallyport/cli/skills/template/skill.h"

/* Only what an address can have as it is: everything else would need to be written with percent signs. */
static int plain(const skill_text *name) {
    for (u32 at = 0; at < name->length; at++) {
        char c = name->bytes[at];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
            return 0;
        }
    }
    return name->length > 0;
}

/* Tool 0: the item of that name, or what the host or the server said instead. */
static u64 item(const char *input, u32 length) {
    skill_text name = {0, 0, 0};
    skill_text answer = {0, 0, 0};
    skill_text body = {0, 0, 0};
    if (!skill_member(input, length, "name", &name) || !plain(&name)) {
        skill_raw(&answer, "{\"found\":false,\"reason\":\"a name has letters, digits, - and _\"}");
        return skill_answer(&answer);
    }
    skill_text request = {0, 0, 0};
    skill_raw(&request, "GET https://api.example.com/v1/items/");
    for (u32 at = 0; at < name.length; at++) {
        skill_put(&request, name.bytes[at]);
    }
    skill_raw(&request, "\nAccept: text/plain\nAuthorization: Bearer {secret:api_token}\n\n");
    int status = skill_http(&request, &body);
    if (status == 200) {
        skill_raw(&answer, "{\"found\":true,\"text\":");
        skill_string(&answer, body.bytes, body.length);
        skill_raw(&answer, "}");
        return skill_answer(&answer);
    }
    skill_raw(&answer, "{\"found\":false,\"reason\":");
    skill_raw(&answer,
        status == SKILL_CAPABILITY_DENIED ? "\"not granted\""
        : status == SKILL_NOT_REACHED     ? "\"not reached\""
        : status < 0                      ? "\"refused\""
                                          : "\"the server has none\"");
    skill_raw(&answer, "}");
    return skill_answer(&answer);
}

SKILL_EXPORT("skill_call") u64 skill_call(u32 tool, const char *input, u32 length) {
    if (tool != 0) {
        __builtin_trap();
    }
    return item(input, length);
}
