package dev.sallyport.servicekit.connector;

import jakarta.servlet.ServletRequest;

/** Through which connector a request came. */
public enum Door {
    /** The internal connector: the peer has proved a certificate of the fleet. */
    INTERNAL,
    /** The public connector. */
    PUBLIC;

    static final String ATTRIBUTE = Door.class.getName();

    /** The request's door; {@link #PUBLIC}, which may do less, when nothing is known. */
    public static Door of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Door door ? door : PUBLIC;
    }
}
