package dev.sallyport.policy.proposal.decision;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.permit.PermitTerms;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.Severity;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what a human is shown about a call. */
final class ApprovalPrompt {
    private ApprovalPrompt() {}

    static byte[] of(Verdict verdict, List<PolicyRule> rules, Risk risk, String rationale) {
        ProposedCall call = verdict.call();
        PermitTerms terms = verdict.terms();
        Proposal proposal = call.proposal();
        ObjectNode arguments = call.arguments().values();
        return new Prompt(
                        summary(terms.tool(), arguments),
                        new Prompt.Tool(
                                proposal.tool(),
                                terms.tool().version(),
                                arguments,
                                // With what the call adds to the tool's own, as the rules saw them.
                                verdict.context().capabilities().stream()
                                        .sorted()
                                        .toList()),
                        skill(terms),
                        new Prompt.Caller(proposal.principal(), proposal.channel(), proposal.session(), proposal.run()),
                        rules.stream()
                                .map(rule -> new Prompt.Rule(
                                        rule.id(), rule.annotations().getOrDefault("reason", "")))
                                .toList(),
                        risk,
                        new Prompt.Sandbox(
                                terms.tier().name(),
                                terms.mode().wire(),
                                terms.hosts().stream().sorted().toList(),
                                limits(terms.limits())),
                        call.secretNames(),
                        rationale)
                .write();
    }

    private static Prompt.@Nullable Skill skill(PermitTerms terms) {
        SkillOrigin skill = terms.tool().skill();
        PermittedSkill permitted = terms.skill();
        if (skill == null || permitted == null) {
            return null;
        }
        SkillPublication.Asked asked = skill.asked();
        return new Prompt.Skill(
                skill.id(),
                skill.release(),
                skill.publisher(),
                asked == null ? "" : asked.signedBy().hex(),
                skill.packageDigest().hex(),
                skill.moduleDigest().hex(),
                asked == null ? List.of() : asked.lines(),
                permitted.capabilities());
    }

    /** How much is at stake: the strictest severity of the rules that ask, medium where none says. */
    static Risk risk(List<PolicyRule> rules) {
        Severity level = Obligations.strictest(
                        rules.stream().map(PolicyRule::obligations).toList())
                .severity();
        Severity shown = level == null ? Severity.MEDIUM : level;
        String rule = rules.stream()
                .filter(each -> level == null || each.obligations().severity() == level)
                .map(PolicyRule::id)
                .findFirst()
                .orElse("default");
        return new Risk(shown, rule);
    }

    private static SortedMap<String, Long> limits(Limits limits) {
        SortedMap<String, Long> byName = new TreeMap<>();
        for (Map.Entry<String, JsonNode> limit : StatementJson.tree(limits).properties()) {
            byName.put(limit.getKey(), limit.getValue().longValue());
        }
        return byName;
    }

    /** The one name of the file, which is what policies saw and what the node opens. */
    private static String path(ObjectNode arguments) {
        return PathArgument.of(arguments.path("path").asString(".")).name();
    }

    private static String program(ObjectNode arguments) {
        int count = arguments.path("args").size();
        return "Run the program " + arguments.path("executable").asString("")
                + (count == 0 ? " without arguments" : " with " + count + (count == 1 ? " argument" : " arguments"));
    }

    private static String summary(ToolMetadata tool, ObjectNode arguments) {
        if (tool.program() != null) {
            return program(arguments) + ", as the tool " + tool.name();
        }
        SkillOrigin skill = tool.skill();
        if (skill != null) {
            return "Call the tool " + tool.name() + " of the skill " + skill.id() + " " + skill.release() + " by "
                    + skill.publisher();
        }
        return switch (tool.name()) {
            case "process.run" -> program(arguments);
            case "fs.write" -> "Write the file " + path(arguments);
            case "fs.read" -> "Read the file " + path(arguments);
            case "http.fetch" ->
                "Send a " + arguments.path("method").asString("GET") + " request to "
                        + arguments.path("url").asString("");
            case "fs.list" -> "List the folder " + path(arguments);
            default -> "Call the tool " + tool.name();
        };
    }
}
