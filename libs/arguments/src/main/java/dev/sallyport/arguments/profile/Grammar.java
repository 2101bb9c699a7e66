package dev.sallyport.arguments.profile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a program tells options, their values and operands apart. */
enum Grammar {
    /** As getopt_long(3) of the GNU C library: options may stand behind operands. */
    @JsonProperty("gnu")
    GNU,
    /** The same, but all that follows the first operand is operands. */
    @JsonProperty("posix")
    POSIX,
    /** As {@link #POSIX}; a dash before a digit or a point begins a number. */
    @JsonProperty("seq")
    SEQ,
    /** As {@link #GNU}; the first argument may be letters of options without a dash, whose values follow in their order. */
    @JsonProperty("tar")
    TAR,
    /** Values are arguments of their own, and nothing ends the options. */
    @JsonProperty("separate")
    SEPARATE,
    /** Paths first, then an expression of words with one dash, each with its own number of values. */
    @JsonProperty("find")
    FIND,
    /** Every argument is an operand, whatever it begins with. */
    @JsonProperty("text")
    TEXT
}
