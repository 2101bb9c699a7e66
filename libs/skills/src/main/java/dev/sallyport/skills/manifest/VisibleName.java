package dev.sallyport.skills.manifest;

/** A name from hostile bytes, as a message may repeat it: short, and only of characters that hide nothing. */
final class VisibleName {
    private static final int MOST = 64;

    private VisibleName() {}

    static String of(String name) {
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), MOST); i++) {
            char c = name.charAt(i);
            visible.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return visible.toString();
    }
}
