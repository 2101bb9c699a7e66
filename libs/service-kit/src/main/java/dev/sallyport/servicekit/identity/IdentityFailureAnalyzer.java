package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.IdentityException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A start that fails for an unusable key, certificate or identity directory says so in one line, not in a stack. */
final class IdentityFailureAnalyzer extends AbstractFailureAnalyzer<IdentityException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, IdentityException cause) {
        return new FailureAnalysis(cause.code() + ": " + cause.getMessage(), null, cause);
    }
}
