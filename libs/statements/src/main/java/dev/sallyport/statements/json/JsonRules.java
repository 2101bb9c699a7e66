package dev.sallyport.statements.json;

/**
 * What a strict reader accepts besides well-formed JSON.
 *
 * @param maxBytes size of the whole document in bytes
 * @param maxDepth nesting of objects and arrays; the document itself is 1
 * @param maxStringLength length of a string or member name in UTF-16 units
 * @param maxElements elements of one array, members of one object
 * @param onlyIntegers whether numbers must be integers
 * @param allowNull whether null may occur
 */
public record JsonRules(
        int maxBytes, int maxDepth, int maxStringLength, int maxElements, boolean onlyIntegers, boolean allowNull) {
    /** Statement payloads: at most 24 KiB, integers only, no nulls. */
    public static final JsonRules STATEMENT = new JsonRules(24 * 1024, 16, 8 * 1024, 512, true, false);

    /** Tool arguments: any number that RFC 8785 leaves unchanged, nulls as the tool's schema allows. */
    public static final JsonRules ARGUMENTS = new JsonRules(128 * 1024, 32, 64 * 1024, 1000, false, true);

    /** Records: large enough for evidence and inline details. */
    public static final JsonRules RECORD = new JsonRules(1024 * 1024, 8, 512 * 1024, 512, true, false);
}
