package dev.sallyport.executor.control;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who won: the stop or a claim before it. */
public enum StopResult {
    /** It will never run. */
    @JsonProperty("stopped")
    STOPPED,
    /** A node had claimed it; the node is told to end it. */
    @JsonProperty("already_started")
    ALREADY_STARTED
}
