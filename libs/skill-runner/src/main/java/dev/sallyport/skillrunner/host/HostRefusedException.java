package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;

/** What a module has asked for cannot be had. The module is told so by a number, and goes on. */
public final class HostRefusedException extends Exception {
    private final HostAnswer answer;

    /** With what the module is told. */
    public HostRefusedException(HostAnswer answer) {
        super(answer.name());
        this.answer = answer;
    }

    /** What the module is told. */
    public HostAnswer answer() {
        return answer;
    }
}
