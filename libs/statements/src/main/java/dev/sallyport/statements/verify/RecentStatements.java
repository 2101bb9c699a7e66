package dev.sallyport.statements.verify;

import dev.sallyport.statements.record.SignedStatement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements verified last, by their exact bytes and certificates. Only what held is remembered. */
final class RecentStatements {
    private final Map<SignedStatement, VerifiedStatement> statements;

    RecentStatements(int most) {
        this.statements = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<SignedStatement, VerifiedStatement> eldest) {
                return size() > most;
            }
        };
    }

    synchronized @Nullable VerifiedStatement get(SignedStatement signed) {
        return statements.get(signed);
    }

    synchronized void put(SignedStatement signed, VerifiedStatement verified) {
        statements.put(signed, verified);
    }
}
