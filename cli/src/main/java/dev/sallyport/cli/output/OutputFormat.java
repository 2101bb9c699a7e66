package dev.sallyport.cli.output;

/** How results are printed. */
public enum OutputFormat {
    /** For people: lists as tables, objects as lines of name and value. */
    table,
    /** For scripts: one JSON document, or one per line when watching. */
    json
}
