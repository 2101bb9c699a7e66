package dev.sallyport.structure.wrong.web;

import dev.sallyport.structure.wrong.messaging.UnrulyListener;

/** Knows the messages. */
public class UnrulyController {
    UnrulyListener listener = new UnrulyListener();
}
