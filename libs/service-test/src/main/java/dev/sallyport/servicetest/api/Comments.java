package dev.sallyport.servicetest.api;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import dev.sallyport.servicetest.checkout.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The Javadoc of classes and methods, read from the sources of the checkout, as Markdown. */
final class Comments {
    private static final String MAIN = "src/main/java";

    /**
     * A comment.
     *
     * @param summary its first sentence
     * @param rest what follows; may be empty
     * @param parameters what it says of each parameter or component
     */
    record Comment(String summary, String rest, Map<String, String> parameters) {
        static final Comment NONE = new Comment("", "", Map.of());

        /** What it says of one; empty where it says nothing. */
        String of(String parameter) {
            return parameters.getOrDefault(parameter, "");
        }
    }

    private final List<Path> roots;
    private final Map<String, Comment> comments = new HashMap<>();
    private final Set<Path> read = new HashSet<>();

    Comments() {
        Path root = Repository.root();
        try (Stream<Path> libs = Files.list(root.resolve("libs"));
                Stream<Path> services = Files.list(root.resolve("services"))) {
            roots = Stream.concat(libs, services)
                    .map(module -> module.resolve(MAIN))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a class. */
    Comment of(Class<?> type) {
        return find(type, type.getCanonicalName());
    }

    /** Of a method; no two handlers of a controller have the same name and number of parameters. */
    Comment of(Method method) {
        Class<?> type = method.getDeclaringClass();
        return find(type, type.getCanonicalName() + "#" + method.getName() + "/" + method.getParameterCount());
    }

    private Comment find(Class<?> type, String key) {
        String file = type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java";
        roots.stream().map(root -> root.resolve(file)).filter(Files::exists).forEach(this::read);
        return comments.getOrDefault(key, Comment.NONE);
    }

    private void read(Path file) {
        if (!read.add(file)) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(file));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Reader(trees).scan(unit, String.valueOf(unit.getPackageName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Reader extends TreePathScanner<@Nullable Void, String> {
        private final DocTrees trees;

        Reader(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, String within) {
            String name = within + "." + tree.getSimpleName();
            keep(name);
            return super.visitClass(tree, name);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree tree, String within) {
            keep(within + "#" + tree.getName() + "/" + tree.getParameters().size());
            return super.visitMethod(tree, within);
        }

        private void keep(String key) {
            DocCommentTree tree = trees.getDocCommentTree(getCurrentPath());
            if (tree != null) {
                comments.put(key, comment(tree));
            }
        }
    }

    private static Comment comment(DocCommentTree tree) {
        Map<String, String> parameters = new HashMap<>();
        for (DocTree tag : tree.getBlockTags()) {
            if (tag instanceof ParamTree parameter && !parameter.isTypeParameter()) {
                parameters.put(parameter.getName().getName().toString(), text(parameter.getDescription()));
            }
        }
        return new Comment(text(tree.getFirstSentence()), text(tree.getBody()), Map.copyOf(parameters));
    }

    private static String text(List<? extends DocTree> parts) {
        String joined = parts.stream().map(Comments::text).collect(Collectors.joining());
        return Stream.of(joined.split("\n\n", -1))
                .map(paragraph -> paragraph.strip().replaceAll("\\s+", " "))
                .filter(paragraph -> !paragraph.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    private static String text(DocTree part) {
        return switch (part) {
            case TextTree text -> text.getBody().replaceAll("\\s*\n\\s*", " ");
            case LiteralTree literal -> {
                String body = literal.getBody().getBody().strip().replaceAll("\\s+", " ");
                yield literal.getKind() == DocTree.Kind.CODE ? "`" + body + "`" : body;
            }
            case LinkTree link ->
                link.getLabel().isEmpty()
                        ? "`" + link.getReference().getSignature().replaceAll(".*[.#]", "") + "`"
                        : text(link.getLabel());
            case EntityTree entity ->
                switch (entity.getName().toString()) {
                    case "lt" -> "<";
                    case "gt" -> ">";
                    case "amp" -> "&";
                    default -> entity.toString();
                };
            case StartElementTree element -> element.getName().contentEquals("p") ? "\n\n" : " ";
            default -> part.toString();
        };
    }
}
