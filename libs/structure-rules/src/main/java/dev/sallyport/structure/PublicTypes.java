package dev.sallyport.structure;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds public top-level types that could be package-private. A type has a user when the sources or resources of any
 * module name it outside its package, when it has a {@code main} method, or when the public signature of another public
 * type of its package needs it.
 */
final class PublicTypes {
    private static final Pattern NAME = Pattern.compile("dev\\.sallyport(?:\\.\\w+)+(?:\\.\\*)?");

    private PublicTypes() {}

    static Stream<String> unused(CheckedModule module) {
        List<JavaClass> open = module.classes().stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .toList();
        Set<String> needed = open.stream().flatMap(PublicTypes::signature).collect(Collectors.toSet());
        Set<String> named = named(module);
        return open.stream()
                .filter(type -> !needed.contains(type.getName()))
                .filter(type -> !named.contains(type.getName()))
                .filter(type -> type.getMethods().stream()
                        .noneMatch(method -> method.getName().equals("main")))
                .map(type -> type.getName() + " is public for nobody");
    }

    /** Every type that some file names from outside the type's own package. */
    private static Set<String> named(CheckedModule module) {
        Set<String> names = new HashSet<>();
        for (SourceFile source : SourceFile.below(module.repository())) {
            if (!source.isTest() || module.usedByTests) {
                names(source.text())
                        .filter(name -> !isIn(name, source.packageName()))
                        .forEach(names::add);
            }
        }
        SourceFile.files(module.repository())
                .filter(path -> path.toString().replace('\\', '/').contains("/src/main/resources/META-INF/"))
                .flatMap(path -> names(SourceFile.read(path)))
                .forEach(names::add);
        return names;
    }

    /** The names in a text, and for a member or nested type also those of what it is in. */
    private static Stream<String> names(String text) {
        return NAME.matcher(text).results().flatMap(found -> {
            String name = found.group();
            Stream.Builder<String> all = Stream.builder();
            for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
                all.add(name.substring(0, end));
            }
            return all.build();
        });
    }

    private static boolean isIn(String type, String packageName) {
        return type.startsWith(packageName + ".") && type.indexOf('.', packageName.length() + 1) < 0;
    }

    /** The other types that users of this one meet: its parents, and what its public members take, return and throw. */
    private static Stream<String> signature(JavaClass type) {
        Stream<JavaType> parents = Stream.concat(
                type.getRawSuperclass().stream().map(JavaType.class::cast), type.getRawInterfaces().stream());
        Stream<JavaType> members = Stream.concat(
                type.getCodeUnits().stream().filter(PublicTypes::isOpen).flatMap(PublicTypes::signature),
                type.getFields().stream().filter(PublicTypes::isOpen).map(JavaField::getType));
        return Stream.concat(parents, members)
                .flatMap(met -> met.getAllInvolvedRawTypes().stream())
                .filter(Predicates.resideInAPackage(type.getPackageName()))
                .map(JavaClass::getName)
                .filter(name -> !name.equals(type.getName()));
    }

    private static Stream<JavaType> signature(JavaCodeUnit member) {
        Stream<JavaType> thrown = member.getThrowsClause().getTypes().stream().map(JavaType.class::cast);
        return Stream.of(member.getParameterTypes().stream(), Stream.of(member.getReturnType()), thrown)
                .flatMap(types -> types);
    }

    private static boolean isOpen(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }
}
