package dev.sallyport.policy.proposal;

import dev.sallyport.policy.engine.Obligations;
import dev.sallyport.policy.engine.PolicyRule;
import dev.sallyport.policy.permit.PermitTerms;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Risk;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a human is shown, in canonical JSON; its form stands in docs/contracts.md. */
final class ApprovalPrompt {
    private ApprovalPrompt() {}

    static byte[] of(
            ToolProposal call, CallDecider.Call arguments, PermitTerms terms, List<PolicyRule> rules, Risk risk) {
        ObjectNode prompt = JsonNodeFactory.instance.objectNode();
        prompt.put("v", 1);
        prompt.put("tool", call.tool());
        prompt.put("tool_version", call.toolVersion());
        prompt.put("summary", summary(call.tool(), arguments.arguments()));
        prompt.set("arguments", arguments.arguments());
        prompt.put("principal", call.principal());
        prompt.put("session", call.session());
        prompt.put("run", call.run());
        prompt.put("channel", call.channel());
        ArrayNode capabilities = prompt.putArray("capabilities");
        terms.tool().capabilities().stream()
                .map(capability -> capability.wire())
                .sorted()
                .forEach(capabilities::add);
        prompt.putObject("risk").put("level", risk.level()).put("rule", risk.rule());
        ArrayNode asking = prompt.putArray("rules");
        for (PolicyRule rule : rules) {
            asking.addObject()
                    .put("id", rule.id())
                    .put("reason", rule.annotations().getOrDefault("reason", ""));
        }
        ObjectNode sandbox = prompt.putObject("sandbox");
        sandbox.put("tier", terms.tier().name());
        sandbox.put("egress", terms.mode().name().toLowerCase(Locale.ROOT));
        ArrayNode hosts = sandbox.putArray("hosts");
        terms.hosts().stream().sorted().forEach(hosts::add);
        sandbox.set("limits", limits(terms.limits()));
        ArrayNode secrets = prompt.putArray("secrets");
        call.secretNames().forEach(secrets::add);
        return CanonicalJson.write(prompt);
    }

    /** How much is at stake: the strictest severity of the rules that ask, medium where none says. */
    static Risk risk(List<PolicyRule> rules) {
        Obligations.Severity level = Obligations.strictest(
                        rules.stream().map(PolicyRule::obligations).toList())
                .severity();
        Obligations.Severity shown = level == null ? Obligations.Severity.MEDIUM : level;
        String rule = rules.stream()
                .filter(each -> level == null || each.obligations().severity() == level)
                .map(PolicyRule::id)
                .findFirst()
                .orElse("default");
        return new Risk(shown.name().toLowerCase(Locale.ROOT), rule);
    }

    private static ObjectNode limits(Limits limits) {
        try {
            return CanonicalJson.readObject(StatementJson.canonical(limits), JsonRules.STATEMENT);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("limits cannot be read back", e);
        }
    }

    private static String summary(String tool, ObjectNode arguments) {
        return switch (tool) {
            case "process.run" -> {
                int count = arguments.path("args").size();
                yield "Run the program " + arguments.path("executable").asString("")
                        + (count == 0
                                ? " without arguments"
                                : " with " + count + (count == 1 ? " argument" : " arguments"));
            }
            case "fs.write" -> "Write the file " + arguments.path("path").asString("");
            case "fs.read" -> "Read the file " + arguments.path("path").asString("");
            case "fs.list" -> "List the folder " + arguments.path("path").asString(".");
            default -> "Call the tool " + tool;
        };
    }
}
