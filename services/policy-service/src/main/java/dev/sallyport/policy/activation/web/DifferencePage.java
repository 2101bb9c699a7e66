package dev.sallyport.policy.activation.web;

import dev.sallyport.pages.text.SourceText;
import dev.sallyport.policy.activation.LoadedSet;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.activation.web.SetAnswers.DifferenceView;
import dev.sallyport.policy.activation.web.SetAnswers.RuleView;
import dev.sallyport.policy.policyset.SetDifference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two sets, as pages draw it.
 *
 * @param before name of the earlier set
 * @param after name of the later set
 * @param beforeShortly its name for people
 * @param afterShortly its name for people
 * @param files the files that differ: what happened to each
 * @param rules the rules that differ, with their sources
 */
record DifferencePage(
        String before,
        String after,
        String beforeShortly,
        String afterShortly,
        List<FileLine> files,
        List<RuleLine> rules) {
    /**
     * A file that differs.
     *
     * @param before the text of a file of tests as it was; null where it is new, and for policies, whose rules stand below
     * @param after its text as it is; null where it is gone, and for policies
     */
    record FileLine(
            String path,
            String change,
            @Nullable SourceText before,
            @Nullable SourceText after) {
        static FileLine of(String path, String change, LoadedSet before, LoadedSet after) {
            return new FileLine(path, change, tests(path, before), tests(path, after));
        }

        private static @Nullable SourceText tests(String path, LoadedSet set) {
            String text = path.startsWith("tests/") ? set.document().files().get(path) : null;
            return text == null ? null : SourceText.of(text);
        }
    }

    /**
     * A rule that differs.
     *
     * @param before its source as it was; null where it is new
     * @param after its source as it is; null where it is gone
     */
    record RuleLine(
            String id,
            String change,
            boolean takesTwoPeople,
            String tier,
            String place,
            @Nullable SourceText before,
            @Nullable SourceText after) {}

    static DifferencePage of(LoadedSet before, LoadedSet after) {
        DifferenceView view = DifferenceView.of(
                before.name(),
                after.name(),
                SetDifference.between(before.document(), before.snapshot(), after.document(), after.snapshot()));
        return new DifferencePage(
                view.before(),
                view.after(),
                SetName.shortly(before.name().digest()),
                SetName.shortly(after.name().digest()),
                view.files().stream()
                        .map(file -> FileLine.of(file.path(), file.change().wire(), before, after))
                        .toList(),
                view.rules().stream().map(DifferencePage::line).toList());
    }

    private static RuleLine line(SetAnswers.RuleChangeView rule) {
        RuleView now = rule.after() != null ? rule.after() : Objects.requireNonNull(rule.before());
        return new RuleLine(
                rule.id(),
                rule.change().wire(),
                rule.takesTwoPeople(),
                now.tier(),
                now.file() + ":" + now.line(),
                source(rule.before()),
                source(rule.after()));
    }

    private static @Nullable SourceText source(@Nullable RuleView rule) {
        return rule == null ? null : SourceText.of(rule.source());
    }

    /** Whether anything in the sources is marked. */
    public boolean suspicious() {
        return sources().anyMatch(SourceText::suspicious);
    }

    /** What the marks stand for. */
    public Map<String, String> marks() {
        Map<String, String> marks = new TreeMap<>();
        sources().forEach(source -> marks.putAll(source.marks()));
        return marks;
    }

    private Stream<SourceText> sources() {
        return Stream.concat(
                        files.stream().flatMap(file -> Stream.of(file.before(), file.after())),
                        rules.stream().flatMap(rule -> Stream.of(rule.before(), rule.after())))
                .filter(Objects::nonNull);
    }
}
