package dev.sallyport.structure;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The module under test: where its code is and what is special about it. */
final class CheckedModule {
    final String root;
    private final String sourceSet;
    private @Nullable JavaClasses classes;
    boolean usedByTests;
    boolean layered;
    List<String> edges = List.of();
    List<String> entityPackages = List.of();
    List<String> known = List.of();

    CheckedModule(String root, String sourceSet) {
        this.root = root;
        this.sourceSet = sourceSet;
    }

    /** The compiled classes that the rules are about. */
    JavaClasses classes() {
        JavaClasses imported = classes;
        if (imported == null) {
            Path compiled = folder().resolve(sourceSet.equals("main") ? "target/classes" : "target/test-classes");
            imported = new ClassFileImporter().importPath(compiled);
            if (!imported.iterator().hasNext()) {
                throw new IllegalStateException("There are no classes in " + compiled + ": compile the module first");
            }
            classes = imported;
        }
        return imported;
    }

    /** The sources that the rules are about; {@code package-info.java} is none. */
    List<SourceFile> sources() {
        return SourceFile.below(folder().resolve("src").resolve(sourceSet));
    }

    /** Main and test sources. */
    List<SourceFile> allSources() {
        return SourceFile.below(folder().resolve("src"));
    }

    Path folder() {
        return Path.of("").toAbsolutePath();
    }

    /** The repository's folder, which has the Maven wrapper. */
    Path repository() {
        for (Path at = folder(); at != null; at = at.getParent()) {
            if (at.resolve("mvnw").toFile().exists()) {
                return at;
            }
        }
        throw new IllegalStateException("No folder above " + folder() + " has mvnw");
    }
}
