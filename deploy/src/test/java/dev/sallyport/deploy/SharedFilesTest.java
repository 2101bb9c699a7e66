package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kustomize reads no file outside its folder, so these lie in two places; they are one. */
class SharedFilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"roles.sh", "pg_hba.conf"})
    void aFileOfTheDevelopmentOverlayIsThatOfTheContainers(String name) {
        assertThat(Rendered.K8S.resolve("overlays/dev").resolve(name))
                .hasSameTextualContentAs(Path.of("containers/postgresql").resolve(name));
    }
}
