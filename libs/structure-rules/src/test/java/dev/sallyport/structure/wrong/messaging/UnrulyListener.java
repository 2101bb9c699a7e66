package dev.sallyport.structure.wrong.messaging;

import dev.sallyport.structure.wrong.Unruly;

/** Closes the circle. */
public class UnrulyListener {
    static Unruly domain = new Unruly();
}
