package dev.sallyport.structure;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that only a source's text can break. */
final class SourceChecks {
    private static final int MOST_FILES = 20;
    private static final Pattern BLANK_FIRST_LINE = Pattern.compile(
            "^ *(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed) )*"
                    + "(?:class|interface|enum|record|@interface) \\w[^;\"{]*\\{\\n\\n",
            Pattern.MULTILINE);
    private static final Pattern UPPER_CASE_SQL = Pattern.compile(
            "^.*\\b(?:SELECT |INSERT INTO|DELETE FROM|UPDATE \\w+ SET|ORDER BY|GROUP BY|ON CONFLICT|VALUES \\(|"
                    + "(?:ALTER|CREATE|DROP|TRUNCATE) TABLE|FROM \\w|WHERE \\w).*$",
            Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile("^\\s*(?://|/?\\*).*");

    private SourceChecks() {}

    static Stream<String> largePackages(CheckedModule module) {
        Map<String, Long> sizes = module.sources().stream()
                .collect(Collectors.groupingBy(SourceFile::packageName, TreeMap::new, Collectors.counting()));
        return sizes.entrySet().stream()
                .filter(size -> size.getValue() > MOST_FILES)
                .map(size -> size.getKey() + " has " + size.getValue() + " files");
    }

    static Stream<String> blankLines(CheckedModule module) {
        return found(module, BLANK_FIRST_LINE);
    }

    static Stream<String> upperCaseSql(CheckedModule module) {
        return found(module, UPPER_CASE_SQL);
    }

    private static Stream<String> found(CheckedModule module, Pattern pattern) {
        Function<SourceFile, Stream<String>> matches = source -> pattern.matcher(source.text())
                .results()
                .map(MatchResult::group)
                .filter(text -> !COMMENT.matcher(text).matches())
                .map(text -> text.lines().findFirst().orElseThrow().strip())
                .map(line -> source.packageName() + "." + source.simpleName() + ": " + line);
        return module.allSources().stream().flatMap(matches);
    }
}
