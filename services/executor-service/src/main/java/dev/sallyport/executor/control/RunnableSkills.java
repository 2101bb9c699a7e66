package dev.sallyport.executor.control;

import dev.sallyport.executor.permit.PermittedCall;

/** Says at each claim whether the call's skill may still run. */
public interface RunnableSkills {
    /**
     * Whether the call may start: it is none of a skill, or its skill is enabled as it was permitted, and its publisher's
     * key counts. What says so cannot change before the end of the caller's transaction.
     */
    boolean mayStart(PermittedCall call);
}
