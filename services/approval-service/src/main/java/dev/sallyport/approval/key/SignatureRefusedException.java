package dev.sallyport.approval.key;

/** A signature that is not this person's over this answer. Its message says why, as the end of a sentence. */
public final class SignatureRefusedException extends Exception {
    SignatureRefusedException(String why) {
        super(why);
    }
}
