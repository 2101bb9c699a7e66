package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.Archive;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.bundle.EvidenceRefusedException;
import dev.sallyport.statements.predicate.Decision.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded mutations of a good bundle: never an uncaught exception, and proven only if nothing that counts has changed.
 */
class VerifyFuzzTest {
    @TempDir
    private static Path home;

    private static SampleFleet fleet;
    private static Map<String, byte[]> good;

    @BeforeAll
    static void makeABundle() {
        fleet = new SampleFleet(home.resolve("fleet"));
        good = new SampleBundle(fleet, fleet.call(Outcome.APPROVAL_REQUIRED)).files();
    }

    @Test
    void aMutatedArchiveIsNeverProven() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] zip = Archive.zip(good);
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            byte[] mutated = mutate(zip, random);
            try {
                if (verify(mutated)) {
                    assertThat(mutated).as("seed %d, round %d", seed, round).isEqualTo(zip);
                }
            } catch (EvidenceRefusedException e) {
                refused++;
            }
        }
        assertThat(refused)
                .as("most mutations break the archive (seed %d)", seed)
                .isGreaterThan(1_000);
    }

    @Test
    void aMutatedFileIsNeverProven() throws EvidenceRefusedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(good.keySet());
        for (int round = 0; round < 300; round++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] original = Objects.requireNonNull(good.get(name));
            byte[] mutated = mutate(original, random);
            if (Arrays.equals(mutated, original)) {
                continue;
            }
            Map<String, byte[]> files = new LinkedHashMap<>(good);
            files.put(name, mutated);
            assertThat(verifyOrRefuse(Archive.zip(files)))
                    .as("seed %d, round %d: %s was altered and proven", seed, round, name)
                    .isFalse();
        }
        assertThat(verify(Archive.zip(good))).isTrue();
    }

    private static boolean verifyOrRefuse(byte[] zip) {
        try {
            return verify(zip);
        } catch (EvidenceRefusedException e) {
            return false;
        }
    }

    private static boolean verify(byte[] zip) throws EvidenceRefusedException {
        return new CaseVerifier(Trust.pinned(fleet.trust(), List.of()))
                .verify(Bundle.read(zip))
                .proven();
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = cut(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
                case 3 -> bytes = insert(bytes, at, random);
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(64), bytes.length - Math.max(from, at));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private static byte[] cut(byte[] bytes, int from, int to) {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }

    private static byte[] insert(byte[] bytes, int at, Random random) {
        byte[] more = new byte[1 + random.nextInt(16)];
        random.nextBytes(more);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        return longer;
    }
}
