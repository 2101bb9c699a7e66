package dev.sallyport.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tlog.NoteSigner;
import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.harness.StandInService;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.Tile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole log, read over HTTP from a server that may lie. */
class FsckCommandTest {
    @TempDir
    private static Path home;

    private static SampleFleet fleet;
    private StandInService service;

    @BeforeAll
    static void foundFleet() {
        fleet = new SampleFleet(home.resolve("fleet"));
    }

    @BeforeEach
    void start() throws IOException {
        service = StandInService.plain();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void logsOfManySizesAreSound() throws IOException {
        for (int size : new int[] {0, 1, 2, 255, 256, 257, 700}) {
            try (StandInService log = StandInService.plain()) {
                serve(log, log(size));
                Result result = fsck(log);
                assertThat(result.exit()).as("%d: %s", size, result.err()).isZero();
                assertThat(result.out()).contains("tree_size   " + size, "SOUND");
            }
        }
    }

    @Test
    void anEntryAndItsTileAlteredTogetherAreFound() {
        Map<String, byte[]> forged = log(300, 7);
        forged.put("checkpoint", of(log(300), "checkpoint"));
        assertUnsound(forged, "do not lead to the checkpoint's root");
    }

    @Test
    void aCheckpointOfAnotherKeyIsFound() {
        Map<String, byte[]> log = log(3);
        log.put(
                "checkpoint",
                new Checkpoint("other.example/log", 3, Rfc6962.emptyRoot()).sign(fleet.log("other.example/log")));
        assertUnsound(log, "");
    }

    private void assertUnsound(Map<String, byte[]> log, String why) {
        serve(service, log);
        Result result = fsck(service);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("NOT SOUND").contains(why);
    }

    private static Result fsck(StandInService log) {
        return new CommandRun(home)
                .of(
                        "ledger",
                        "fsck",
                        "--url",
                        log.url().toString(),
                        "--trust",
                        fleet.trustFile().toString());
    }

    private static void serve(StandInService service, Map<String, byte[]> log) {
        log.forEach((path, bytes) -> service.on("GET /" + path, 200, "application/octet-stream", bytes));
    }

    private static Map<String, byte[]> log(int size) {
        return log(size, -1);
    }

    /** The resources of a log; one entry is another one than usual. */
    private static Map<String, byte[]> log(int size, int altered) {
        Map<String, byte[]> resources = new LinkedHashMap<>();
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(("entry " + i + (i == altered ? " forged" : "")).getBytes(StandardCharsets.UTF_8));
        }
        for (int from = 0; from < size; from += LogPath.FULL) {
            LogPath.BundleId id = LogPath.BundleId.inTree(from / LogPath.FULL, size);
            resources.put(id.path(), EntryBundle.encode(entries.subList(from, from + id.width())));
        }
        RightEdge.Growth growth =
                RightEdge.empty().append(entries.stream().map(Rfc6962::leaf).toList());
        for (Tile tile : growth.tiles()) {
            resources.put(tile.id().path(), tile.hashes());
        }
        NoteSigner signer = fleet.log();
        resources.put(
                "checkpoint",
                new Checkpoint(signer.verifier().name(), size, growth.edge().root()).sign(signer));
        return resources;
    }

    private static byte[] of(Map<String, byte[]> log, String path) {
        return Objects.requireNonNull(log.get(path), path);
    }
}
