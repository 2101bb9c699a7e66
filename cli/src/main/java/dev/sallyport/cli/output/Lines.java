package dev.sallyport.cli.output;

/** An object shown as {@code name   value} lines and indented blocks. Every value passes {@link VisibleText}. */
public final class Lines {
    private static final int NAME_WIDTH = 13;
    private final StringBuilder text = new StringBuilder();

    /** A line; an empty value leaves it out. */
    public Lines field(String name, String value) {
        if (!value.isEmpty()) {
            text.append(name)
                    .repeat(' ', Math.max(1, NAME_WIDTH - name.length()))
                    .append(VisibleText.oneLine(value))
                    .append('\n');
        }
        return this;
    }

    /** A title with the content below it, each line marked as quoted. */
    public Lines block(String title, String content) {
        text.append(title).append('\n').append(VisibleText.block(content, "  | "));
        return this;
    }

    /** A line break. */
    public Lines gap() {
        text.append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
