package dev.sallyport.arguments.profile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What its standard input is to a program that was told nothing else. */
enum Input {
    /** It does not read it. */
    @JsonProperty("none")
    NONE,
    /** Data that it works on. */
    @JsonProperty("data")
    DATA,
    /** Names of files. */
    @JsonProperty("names")
    NAMES,
    /** Code that it runs. */
    @JsonProperty("code")
    CODE;

    /** Whether what the call does is in the input, where nobody looks. */
    boolean steers() {
        return this == NAMES || this == CODE;
    }
}
