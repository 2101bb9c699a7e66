package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the value that a field is asked to have, and refuses what the field can never have. */
final class FieldValue {
    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern PERSON = Pattern.compile("person:.{1,193}");
    private static final Pattern PRINCIPAL = Pattern.compile("(person|agent|service):.{1,193}");
    private static final Pattern OPAQUE = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern TOOL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final Pattern RULE = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    private static final String VERSION = "/v1";

    private FieldValue() {}

    static String read(Field field, String value) {
        if (value.isEmpty()) {
            throw EntryQuestion.refused(
                    field.parameter(), "`" + field.parameter() + "` needs a value, or is left out.");
        }
        return switch (field) {
            case TYPE -> type(value);
            case EVENT -> oneOf(field, value, wires(AuditEvent.values()).toList());
            case OUTCOME -> oneOf(field, value, wires(CallOutcome.values()).toList());
            case DECISION ->
                oneOf(
                        field,
                        value,
                        Stream.concat(wires(Decision.Outcome.values()), wires(Answer.values()))
                                .toList());
            case CODE -> matching(field, value, CODE, "a code in capitals, for example `DENIED_BY_APPROVER`");
            case PROPOSAL_ID -> matching(field, value, ULID, "a proposal id: 26 capitals and digits");
            case APPROVER -> matching(field, value, PERSON, "a person with the kind before the name: `person:alice`");
            case PRINCIPAL ->
                matching(field, value, PRINCIPAL, "a caller with the kind before the name, for example `agent:demo`");
            case TOOL -> matching(field, value, TOOL, "a tool's name, for example `process.run`");
            case RULE -> matching(field, value, RULE, "a rule's id of 1 to 200 characters without control characters");
            case SESSION_ID, RUN_ID ->
                matching(field, value, OPAQUE, "an id of 1 to 128 printable ASCII characters, no spaces");
        };
    }

    private static String type(String value) {
        List<String> names = Arrays.stream(StatementType.values())
                .map(StatementType::shortName)
                .toList();
        return oneOf(Field.TYPE, value.endsWith(VERSION) ? value : value + VERSION, names);
    }

    private static String oneOf(Field field, String value, List<String> accepted) {
        if (!accepted.contains(value)) {
            throw EntryQuestion.refused(
                    field.parameter(), "`" + field.parameter() + "` is one of " + EntryQuestion.listed(accepted) + ".");
        }
        return value;
    }

    private static String matching(Field field, String value, Pattern form, String expected) {
        if (!form.matcher(value).matches()) {
            throw EntryQuestion.refused(field.parameter(), "`" + field.parameter() + "` is " + expected + ".");
        }
        return value;
    }

    private static Stream<String> wires(WireName[] vocabulary) {
        return Arrays.stream(vocabulary).map(WireName::wire);
    }
}
