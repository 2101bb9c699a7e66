package dev.sallyport.policy.catalogue.own;

import dev.sallyport.policy.access.SecondPerson;
import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ConfigListener;
import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.own.OwnTool.State;
import dev.sallyport.policy.catalogue.own.ToolRefusedException.Code;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers, confirms and retires the versions of a workspace's own tools. A version never changes. One that would run
 * without a human waits for a second person where the workspace has one.
 */
@Component
public class OwnTools {
    private static final JsonRules DOCUMENT = new JsonRules(64 << 10, 24, 8 << 10, 500, false, false);
    private static final int MOST_VERSIONS = 1_000;
    private static final int MOST_WAITING = 100;

    private final OwnToolTable table;
    private final ArgumentSchemas schemas;
    private final OfferedPrograms programs;
    private final ToolCallConfigs configs;
    private final SecondPerson secondPerson;
    private final StatementOutbox outbox;
    private final List<ConfigListener> listeners;
    private final TransactionTemplate transaction;

    OwnTools(
            OwnToolTable table,
            ArgumentSchemas schemas,
            OfferedPrograms programs,
            ToolCallConfigs configs,
            SecondPerson secondPerson,
            StatementOutbox outbox,
            List<ConfigListener> listeners,
            TransactionTemplate transaction) {
        this.table = table;
        this.schemas = schemas;
        this.programs = programs;
        this.configs = configs;
        this.secondPerson = secondPerson;
        this.outbox = outbox;
        this.listeners = List.copyOf(listeners);
        this.transaction = transaction;
    }

    /**
     * What became of a registration.
     *
     * @param tool the version
     * @param before whether it had been registered before, with the same content
     */
    public record Registration(OwnTool tool, boolean before) {}

    /**
     * Registers a version for the workspace of the principal, or keeps it for a second person. The same content again
     * changes nothing.
     *
     * @param body the tool's document, JSON
     * @throws ToolRefusedException when the document is no tool, or its name or version belongs to another
     */
    public Registration register(Principal principal, byte[] body) {
        ToolMetadata tool = read(body);
        String workspace = principal.workspaceId();
        Optional<OwnTool> before = same(workspace, tool);
        if (before.isPresent()) {
            return new Registration(before.get(), true);
        }
        // Asks control, so before the transaction.
        verifyOffered(tool);
        return Objects.requireNonNull(transaction.execute(_ -> store(principal, tool)));
    }

    private Registration store(Principal principal, ToolMetadata tool) {
        String workspace = principal.workspaceId();
        int version = OwnToolTable.number(tool.version());
        table.lock(workspace);
        Optional<OwnTool> before = same(workspace, tool);
        if (before.isPresent()) {
            return new Registration(before.get(), true);
        }
        String owner = table.claim(workspace, tool.name());
        if (!owner.equals(tool.name())) {
            throw new ToolRefusedException(
                    Code.TOOL_NAME_TAKEN,
                    "name",
                    "Where names have no dots, `" + tool.name() + "` would be the same as the tool `" + owner
                            + "`. Choose another name.");
        }
        // One that waited in vain makes room for a new registration.
        table.withdraw(workspace, tool.name(), version);
        if (table.count(workspace) >= MOST_VERSIONS) {
            throw new ToolRefusedException(
                    Code.TOO_MANY_TOOLS,
                    "A workspace registers at most " + MOST_VERSIONS + " versions of tools, retired ones included.");
        }
        boolean unattended = !tool.sensitive() || configs.current(workspace).allowSensitiveTools();
        SecondPerson.Rule rule = secondPerson.of(principal, Permission.TOOL_MANAGE);
        boolean waits = unattended && rule.needed();
        table.insert(
                workspace,
                tool,
                waits ? State.PENDING : State.ACTIVE,
                waits ? rule.proposers() : List.of(principal.name()));
        OwnTool stored = table.find(workspace, tool.name(), version).orElseThrow();
        state(
                waits ? AuditEvent.TOOL_REGISTRATION_PROPOSED : AuditEvent.TOOL_REGISTERED,
                workspace,
                principal,
                stored,
                Map.of());
        return new Registration(stored, false);
    }

    /** The version as it is registered, with this content; refuses other content. */
    private Optional<OwnTool> same(String workspace, ToolMetadata tool) {
        Optional<OwnTool> there = table.find(workspace, tool.name(), OwnToolTable.number(tool.version()))
                .filter(found -> found.state() != State.EXPIRED);
        if (there.isPresent() && !there.get().metadata().digest().equals(tool.digest())) {
            throw new ToolRefusedException(
                    Code.TOOL_VERSION_TAKEN,
                    "version",
                    "Version " + tool.version() + " of `" + tool.name()
                            + "` is registered with other content, and a version never changes. Count the version up.");
        }
        return there;
    }

    private ToolMetadata read(byte[] body) {
        ObjectNode document;
        try {
            document = CanonicalJson.readObject(body, DOCUMENT);
        } catch (JsonRefusedException e) {
            String place = e.pointer().isEmpty() ? "body" : e.pointer();
            throw ToolRefusedException.invalid(place, "cannot be read: " + e.getMessage());
        }
        ToolMetadata tool = OwnToolDocument.read(document);
        verifySchema("input_schema", tool.input().schema());
        ObjectNode output = tool.outputSchema();
        if (output != null) {
            verifySchema("output_schema", output);
        }
        return tool;
    }

    private void verifySchema(String field, ObjectNode schema) {
        try {
            schemas.verifySchema(schema);
        } catch (ToolArgumentsException e) {
            ToolArgumentsException.Violation first = e.violations().getFirst();
            throw ToolRefusedException.invalid(
                    field + first.pointer().replace('/', '.'), "is no JSON Schema: " + first.detail());
        }
    }

    private static ProgramTemplate program(ToolMetadata tool) {
        return Objects.requireNonNull(tool.program(), "an own tool has a program");
    }

    private void verifyOffered(ToolMetadata tool) {
        String executable = program(tool).executable();
        String pool = tool.placement().pool();
        if (programs.executables(pool)
                .filter(there -> !there.contains(executable))
                .isPresent()) {
            throw new ToolRefusedException(
                    Code.PROGRAM_NOT_OFFERED,
                    "executable",
                    "No node of the pool `" + pool + "` has the program `" + executable
                            + "`. Name one that they have, or let an operator add it to `sallyport.node.executables` of a"
                            + " node.");
        }
    }

    /**
     * Puts a version in force that another has registered.
     *
     * @param digest of the document that the second person has read
     * @throws ToolRefusedException when it is not theirs to confirm, or does not wait any more
     */
    public OwnTool confirm(Principal second, String name, String version, Digest digest) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            String workspace = second.workspaceId();
            table.lock(workspace);
            OwnTool waiting = get(workspace, name, version);
            if (second.kind() != Principal.Kind.PERSON || waiting.proposers().contains(second.name())) {
                throw new ToolRefusedException(
                        Code.TOOL_NEEDS_SECOND_PERSON,
                        "This tool would run without a human: a second person with tool.manage confirms it, never the one"
                                + " who registered it or answers for who did.");
            }
            if (!waiting.metadata().digest().equals(digest)) {
                throw new ToolRefusedException(
                        Code.TOOL_CHANGED_MEANWHILE,
                        "digest",
                        "The version that waits has another document than the one with this digest. Read it again, then"
                                + " confirm what you have read.");
            }
            if (!table.confirm(workspace, name, OwnToolTable.number(version), second.name())) {
                throw new ToolRefusedException(
                        Code.TOOL_NOT_PENDING,
                        "This version does not wait any more: it was confirmed or retired, or has expired.");
            }
            OwnTool confirmed = get(workspace, name, version);
            state(
                    AuditEvent.TOOL_REGISTERED,
                    workspace,
                    second,
                    confirmed,
                    Map.of("proposed_by", confirmed.proposers().getFirst()));
            return confirmed;
        }));
    }

    /**
     * Takes a version out of use, and those before it: no call starts with them any more. What was replaced for a reason
     * must not come back because its successor goes. One that waits for a second person is taken back alone, and its
     * number is free again. Retiring a retired version changes nothing.
     *
     * @throws ToolRefusedException when there is none
     */
    public OwnTool retire(Principal actor, String name, String version) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            String workspace = actor.workspaceId();
            int number = OwnToolTable.number(version);
            table.lock(workspace);
            OwnTool before = get(workspace, name, version);
            if (before.state() == State.RETIRED) {
                return before;
            }
            if (before.state() != State.ACTIVE) {
                table.withdraw(workspace, name, number);
                OwnTool after = before.in(State.EXPIRED);
                state(AuditEvent.TOOL_RETIRED, workspace, actor, after, Map.of());
                return after;
            }
            for (int each : table.activeUpTo(workspace, name, number)) {
                table.retire(workspace, name, each, actor.name());
                state(
                        AuditEvent.TOOL_RETIRED,
                        workspace,
                        actor,
                        table.find(workspace, name, each).orElseThrow(),
                        Map.of());
            }
            // Calls that wait for an answer or for a node are decided again.
            listeners.forEach(listener -> listener.configChanged(workspace));
            return get(workspace, name, version);
        }));
    }

    /**
     * A version in whatever state.
     *
     * @throws ToolRefusedException when there is none
     */
    public OwnTool get(String workspaceId, String name, String version) {
        return table.find(workspaceId, name, OwnToolTable.number(version)).orElseThrow(ToolRefusedException::notFound);
    }

    /** A page of the versions of a tool in whatever state, the newest first. */
    public Page<OwnTool> versions(String workspaceId, String name, PageRequest page) {
        return table.versions(workspaceId, name, page);
    }

    /** The versions that wait for a second person, the oldest first, at most {@value #MOST_WAITING}. */
    public List<OwnTool> waiting(String workspaceId) {
        return table.waiting(workspaceId, MOST_WAITING);
    }

    /** Attests what became of a version, with its whole document as a detail. */
    private void state(AuditEvent event, String workspaceId, Principal actor, OwnTool tool, Map<String, String> more) {
        ToolMetadata metadata = tool.metadata();
        Detail document = Detail.of(CanonicalJson.write(metadata.document()));
        Map<String, String> attributes = new LinkedHashMap<>(more);
        attributes.put("tool", metadata.name());
        attributes.put("version", metadata.version());
        attributes.put("tool_digest", metadata.digest().hex());
        attributes.put("executable", program(metadata).executable());
        attributes.put("sensitive", Boolean.toString(metadata.sensitive()));
        outbox.publish(
                Statement.of(
                        Subject.named("tool:" + workspaceId + ":" + metadata.name() + ":" + metadata.version()),
                        new Audit(
                                outbox.issuance(workspaceId),
                                List.of(),
                                event,
                                actor.name(),
                                null,
                                null,
                                List.of(document.ref()),
                                attributes)),
                List.of(),
                List.of(document));
    }
}
