package dev.sallyport.cli;

/** How results are printed. */
public enum OutputFormat {
    /** For people. */
    table,
    /** For scripts: one JSON document, or one per line when watching. */
    json
}
