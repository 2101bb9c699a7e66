package dev.sallyport.testkit;

import dev.sallyport.embedded.OsUser;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whom PostgreSQL runs as in tests: this JVM's user, or, when that is root, the user named by {@code
 * -Dfleet.postgres.user}, else {@code sallyport-pg} where the launch script has made it, else {@code nobody}.
 */
final class PostgresTestUser {
    private PostgresTestUser() {}

    static OsUser choose() {
        OsUser self = OsUser.current();
        if (!self.isRoot()) {
            return self;
        }
        return Arrays.stream(new String[] {System.getProperty("fleet.postgres.user", ""), "sallyport-pg", "nobody"})
                .map(OsUser::named)
                .flatMap(Optional::stream)
                .filter(user -> !user.isRoot())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "No unprivileged user for PostgreSQL: add one and name it " + "by -Dfleet.postgres.user"));
    }
}
