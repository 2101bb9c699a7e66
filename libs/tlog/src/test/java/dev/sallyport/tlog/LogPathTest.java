package dev.sallyport.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPathTest {
    @Test
    void pathsAreWrittenInGroupsOfThreeDigits() {
        assertThat(new TileId(0, 0, 256).path()).isEqualTo("tile/0/000");
        assertThat(new TileId(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new TileId(2, 1_000, 255).path()).isEqualTo("tile/2/x001/000.p/255");
        assertThat(new BundleId(999, 1).path()).isEqualTo("tile/entries/999.p/1");
    }

    @Test
    void everyPathReadsBack() {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            long index = random.nextLong(1L << (1 + random.nextInt(54)));
            int width = 1 + random.nextInt(256);
            TileId tile = new TileId(random.nextInt(64), index, width);
            BundleId bundle = new BundleId(index, width);
            assertThat(LogPath.parse(tile.path())).isEqualTo(tile);
            assertThat(LogPath.parse(bundle.path())).isEqualTo(bundle);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tile",
                "tile/0",
                "tile/0/0",
                "tile/0/0000",
                "tile/00/000",
                "tile/64/000",
                "tile/-1/000",
                "tile/0/x000/000",
                "tile/0/001/000",
                "tile/0/x001",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "tile/0/000.p/01",
                "tile/0/000.p/",
                "tile/0/000/",
                "/tile/0/000",
                "tile/0/../000",
                "tile/entries",
                "tile/entries/x",
                "tile/Entries/000",
                "tile/0/x999/x999/x999/x999/x999/x999/999",
                "tile/0/\u0661\u0662\u0663",
                "tile/0/000.p/7\n"
            })
    void anythingButTheOneSpellingIsRefused(String path) {
        assertThatThrownBy(() -> LogPath.parse(path)).isInstanceOf(TlogException.MalformedTile.class);
    }

    @Test
    void impossibleTilesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(64, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TileId(0, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BundleId(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BundleId(0, 257));
    }

    @Test
    void bundlesReadBackAndHalfOnesAreRefused() {
        List<byte[]> entries = List.of(new byte[0], new byte[] {1, 2, 3}, new byte[60_000]);
        byte[] bundle = EntryBundle.encode(entries);

        assertThat(EntryBundle.decode(bundle, 3)).usingRecursiveComparison().isEqualTo(entries);
        for (int width : new int[] {1, 2, 4}) {
            assertThatThrownBy(() -> EntryBundle.decode(bundle, width)).isInstanceOf(TlogException.MalformedTile.class);
        }
        for (int length : new int[] {1, 3, 6, bundle.length - 1}) {
            byte[] cut = Arrays.copyOf(bundle, length);
            assertThatThrownBy(() -> EntryBundle.decode(cut, 3)).isInstanceOf(TlogException.MalformedTile.class);
        }
    }

    @Test
    void anEntryBeyondTheLimitIsRefused() {
        assertThat(EntryBundle.encode(List.of(new byte[60_000]))).hasSize(60_002);
        assertThatThrownBy(() -> EntryBundle.encode(List.of(new byte[60_001])))
                .isInstanceOf(TlogException.EntryTooLarge.class);
    }
}
