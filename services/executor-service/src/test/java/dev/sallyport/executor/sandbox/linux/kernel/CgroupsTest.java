package dev.sallyport.executor.sandbox.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a control group does not hold is told, with what to change; by folders that look as the kernel's do. */
class CgroupsTest {
    @TempDir
    private Path folder;

    @Test
    void versionTwoWithoutControllersIsToldAsSuch() throws Exception {
        Files.writeString(folder.resolve("cgroup.subtree_control"), "hugetlb cpu\n");
        Cgroups cgroups = Cgroups.below("test-", Map.of("v2", folder));

        assertThat(cgroups.mechanisms()).containsExactly("v2");
        assertThat(cgroups.degraded())
                .hasSize(2)
                .allSatisfy(weaker -> assertThat(weaker).contains("cgroup.subtree_control", "Delegate"))
                .satisfiesOnlyOnce(weaker -> assertThat(weaker).contains("the memory of a call"))
                .satisfiesOnlyOnce(weaker -> assertThat(weaker).contains("the processes of a call"));
    }

    @Test
    void versionTwoWithControllersHoldsAll() throws Exception {
        Files.writeString(folder.resolve("cgroup.subtree_control"), "cpu memory pids\n");
        Cgroups cgroups = Cgroups.below("test-", Map.of("v2", folder));

        assertThat(cgroups.mechanisms()).containsExactly("v2", "v2:memory", "v2:pids");
        assertThat(cgroups.degraded()).isEmpty();
    }

    @Test
    void noneAndVersionOne() {
        assertThat(Cgroups.none().degraded())
                .hasSize(2)
                .allSatisfy(weaker -> assertThat(weaker).contains("is writable"));
        assertThat(Cgroups.below("test-", Map.of("memory", folder, "pids", folder))
                        .degraded())
                .isEmpty();
    }
}
