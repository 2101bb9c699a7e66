package dev.sallyport.policy.policyset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at policy text before any native parser does, and cuts it into single policies. About ninety nested
 * parentheses overflow the native parser's stack and take the whole process with them, so this reads characters only:
 * strings, comments, brackets, runs of unary operators.
 */
public final class PolicySourceGuard {
    static final int MAX_SET_BYTES = 5 << 20;

    /** What a set that is uploaded keeps to. */
    static final Bounds UPLOADED = new Bounds(32, 4, 32, 1_024, 64 << 10);

    /** What the native parser survives on a stack of 64 MiB, with room. */
    private static final Bounds SURVIVED = new Bounds(512, 64, 256, 4_096, 1 << 20);

    private final Bounds bounds;

    private final String file;
    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;
    private int nesting;
    private int unaryRun;
    private int conditionals;
    private int operators;
    private int pieceStart = -1;
    private int pieceLine;
    private int pieceColumn;

    /** How far one policy goes. */
    record Bounds(int nesting, int unaryRun, int conditionals, int operators, int policyBytes) {}

    /** One policy's text, and the line and column it begins at. */
    record Piece(String text, int line, int column) {}

    private PolicySourceGuard(String file, String text, Bounds bounds) {
        this.bounds = bounds;
        this.file = file;
        this.text = text;
    }

    /**
     * Checks a whole set's size.
     *
     * @throws InvalidPolicySetException when it is too large
     */
    static void verifySize(PolicyFiles files) {
        long bytes = files.schema().getBytes(StandardCharsets.UTF_8).length;
        for (PolicyFile policies : files.files()) {
            bytes += policies.text().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_SET_BYTES) {
                throw new InvalidPolicySetException(
                        policies.path(),
                        1,
                        1,
                        "The set is larger than " + MAX_SET_BYTES + " bytes; split it or shorten it.");
            }
        }
    }

    /**
     * The policies in a file, each safe to hand to the native parser. Text that is no policy is left for the parser to
     * refuse.
     *
     * @throws InvalidPolicySetException with line and column where a bound is crossed
     */
    static List<Piece> policies(PolicyFile file) {
        PolicySourceGuard guard = new PolicySourceGuard(file.path(), file.text(), UPLOADED);
        guard.scan();
        return guard.pieces;
    }

    /** Checks a schema's nesting, as for policies. */
    static void verifySchema(String schema) {
        new PolicySourceGuard("schema.cedarschema", schema, UPLOADED).scan();
    }

    /**
     * Checks policies or a schema that are nobody's upload: only for what would end the process. They are to be parsed on
     * the engine's threads, whose stacks are big.
     *
     * @throws InvalidPolicySetException with line and column where a bound is crossed
     */
    public static void verifySurvivable(String file, String text) {
        new PolicySourceGuard(file, text, SURVIVED).scan();
    }

    private void scan() {
        verifyLineEnds();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                lineStart = at + 1;
                at++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (text.startsWith("//", at)) {
                skipComment();
            } else {
                begin();
                token(c);
            }
        }
        if (pieceStart >= 0) {
            finish(text.length());
        }
    }

    /**
     * A carriage return by itself ends a comment for Cedar's parser, and a line for nobody else: what stands behind it
     * would be read by one and not by the other.
     */
    private void verifyLineEnds() {
        int alone = 0;
        while ((alone = text.indexOf('\r', alone)) >= 0) {
            if (!text.startsWith("\n", alone + 1)) {
                at = alone;
                line += (int)
                        text.substring(0, alone).chars().filter(c -> c == '\n').count();
                lineStart = text.lastIndexOf('\n', alone) + 1;
                require(false, "A carriage return stands alone here. End lines with a line feed, or with both.");
            }
            alone++;
        }
    }

    private void begin() {
        if (pieceStart < 0) {
            pieceStart = at;
            pieceLine = line;
            pieceColumn = at - lineStart + 1;
            conditionals = 0;
            operators = 0;
        }
    }

    private void token(char c) {
        if (c == '!' || c == '-') {
            unaryRun++;
            require(
                    unaryRun <= bounds.unaryRun,
                    "The policy has more than " + bounds.unaryRun + " operators in a row.");
            if (c == '-') {
                countOperator();
            }
            at++;
            return;
        }
        unaryRun = 0;
        switch (c) {
            case '"' -> skipString();
            case '(', '[', '{' -> {
                nesting++;
                require(nesting <= bounds.nesting, "The policy is nested deeper than " + bounds.nesting + " levels.");
                at++;
            }
            case ')', ']', '}' -> {
                nesting--;
                require(nesting >= 0, "A bracket closes here that was never opened.");
                at++;
            }
            case ';' -> {
                at++;
                if (nesting == 0) {
                    finish(at);
                }
            }
            case '.', '+', '*' -> {
                countOperator();
                at++;
            }
            default -> {
                if (Character.isJavaIdentifierStart(c)) {
                    word();
                } else {
                    at++;
                }
            }
        }
    }

    private void countOperator() {
        operators++;
        require(
                operators <= bounds.operators,
                "The policy has more than " + bounds.operators + " of the operators . + - *; write several policies.");
    }

    private void word() {
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            at++;
        } else if (text.substring(start, at).equals("if")) {
            conditionals++;
            require(
                    conditionals <= bounds.conditionals,
                    "The policy has more than " + bounds.conditionals + " conditionals.");
        }
    }

    private void skipString() {
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                at++;
                return;
            } else if (c == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
        require(false, "A string begins and does not end.");
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void finish(int end) {
        String piece = text.substring(pieceStart, end);
        require(
                piece.getBytes(StandardCharsets.UTF_8).length <= bounds.policyBytes,
                "The policy is larger than " + bounds.policyBytes + " bytes; write several policies.");
        pieces.add(new Piece(piece, pieceLine, pieceColumn));
        pieceStart = -1;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new InvalidPolicySetException(file, line, at - lineStart + 1, message);
        }
    }
}
