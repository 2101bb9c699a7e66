package dev.sallyport.skillrunner;

import org.jspecify.annotations.Nullable;

/** Messages of the engine as people may see them: they can hold text from the module. */
final class Shown {
    private static final int MOST = 200;

    private Shown() {}

    static String message(Throwable thrown) {
        @Nullable String message = thrown.getMessage();
        String text = message == null ? thrown.getClass().getSimpleName() : message;
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MOST); i++) {
            char c = text.charAt(i);
            visible.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return visible.toString();
    }
}
