package dev.sallyport.arguments.profile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a call of a program does beyond computing and writing to its own output. */
public enum Effect {
    /** It reads files that its arguments name. */
    @JsonProperty("reads")
    READS("reads files"),
    /** It makes, changes or removes files, or changes the machine. */
    @JsonProperty("writes")
    WRITES("writes"),
    /** It starts another program. */
    @JsonProperty("starts")
    STARTS("starts a program"),
    /** It reaches the network. */
    @JsonProperty("network")
    NETWORK("reaches the network"),
    /** A file or its input tells it what to do, so the arguments do not show it. */
    @JsonProperty("unseen")
    UNSEEN("takes names, patterns or code from a file");

    private final String words;

    Effect(String words) {
        this.words = words;
    }

    /** The effect as the end of a sentence whose subject is the call. */
    String words() {
        return words;
    }
}
