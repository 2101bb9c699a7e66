package dev.sallyport.approval.key;

/** Who has signed in a moment ago: what stands for a signature of somebody who has no key. */
public interface FreshSignIns {
    /**
     * Whether this session has just begun with a one-time link.
     *
     * @param session its id
     */
    boolean isFresh(String session);

    /**
     * Whether this session began at an OpenID provider.
     *
     * @param session its id
     */
    boolean isByProvider(String session);
}
