package dev.sallyport.servicekit.connector;

import jakarta.servlet.ServletRequest;

/** Through which connector a request came. */
public enum ConnectorKind {
    /** The internal connector: the peer has proved a certificate of the fleet. */
    INTERNAL,
    /** The public connector. */
    PUBLIC;

    static final String ATTRIBUTE = ConnectorKind.class.getName();

    /** The request's door; {@link #PUBLIC}, which may do less, when nothing is known. */
    public static ConnectorKind of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof ConnectorKind door ? door : PUBLIC;
    }
}
