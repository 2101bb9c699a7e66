package dev.sallyport.arguments.profile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Languages of small programs among the arguments, as far as they can be told to do no harm. */
enum Language {
    /** Scripts of sed(1). */
    @JsonProperty("sed")
    SED,
    /** Filters of jq(1). */
    @JsonProperty("jq")
    JQ;

    /** Whether the code surely starts nothing, writes no file, and reads none that the arguments do not name. */
    boolean isHarmless(String code) {
        return switch (this) {
            case SED -> SedScript.isHarmless(code);
            case JQ -> JqFilter.isHarmless(code);
        };
    }
}
