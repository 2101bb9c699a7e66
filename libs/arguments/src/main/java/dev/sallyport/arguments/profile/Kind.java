package dev.sallyport.arguments.profile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a value among the arguments is to the program. */
enum Kind {
    /** Text that the program only compares, prints or computes with. */
    @JsonProperty("text")
    TEXT,
    /** A count, size or signed number. */
    @JsonProperty("number")
    NUMBER,
    /** A pattern that is matched. */
    @JsonProperty("pattern")
    PATTERN,
    /** A file or folder that is read; a single dash is the program's input. */
    @JsonProperty("read")
    READ,
    /** A file or folder that is made, changed or removed. */
    @JsonProperty("write")
    WRITE,
    /** A file whose lines are taken as more arguments: names of files, patterns, dates. */
    @JsonProperty("list")
    LIST,
    /** Code that the program runs, or another program. */
    @JsonProperty("code")
    CODE,
    /** A host of the network. */
    @JsonProperty("host")
    HOST
}
