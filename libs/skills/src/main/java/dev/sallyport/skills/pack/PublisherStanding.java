package dev.sallyport.skills.pack;

/** What a package's signature allows. */
public enum PublisherStanding {
    /** The key is on the list: the skill may become active. */
    KNOWN,
    /** The publisher is new here: the skill waits until a person has compared the key's fingerprint. */
    FIRST_USE
}
