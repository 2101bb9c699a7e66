package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/** What ships is not older than the versions in which published flaws of what it uses were mended. */
class DependencyVersionsTest {
    @Test
    void whatIsUsedIsAtOrAboveTheMendedVersions() {
        // CVE-2026-40973
        assertAtLeast("4.0.6", SpringBootVersion.getVersion());
        // CVE-2026-24880, CVE-2026-29145, CVE-2026-53434
        assertAtLeast("11.0.23", ServerInfo.getServerNumber());
        // CVE-2026-42198
        assertAtLeast("42.7.11", org.postgresql.util.DriverInfo.DRIVER_VERSION);
    }

    @Test
    void anOlderVersionWouldBeFound() {
        assertThat(isAtLeast("42.7.11", "42.7.9")).isFalse();
        assertThat(isAtLeast("11.0.23", "11.0.23.0")).isTrue();
        assertThat(isAtLeast("4.0.6", "5.0.0")).isTrue();
    }

    private static void assertAtLeast(String mended, String used) {
        assertThat(isAtLeast(mended, used))
                .as("%s is used, %s is needed", used, mended)
                .isTrue();
    }

    private static boolean isAtLeast(String mended, String used) {
        return Arrays.compare(numbers(used), numbers(mended)) >= 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+"))
                .mapToInt(Integer::parseInt)
                .limit(3)
                .toArray();
    }
}
