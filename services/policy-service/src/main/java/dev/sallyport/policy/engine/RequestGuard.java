package dev.sallyport.policy.engine;

import java.util.List;
import java.util.Map;

/**
 * Bounds of a request before it reaches native code. A context nested beyond about 127 levels makes the native side
 * panic and print the whole request on standard error.
 */
final class RequestGuard {
    static final int MAX_DEPTH = 32;
    static final int MAX_BYTES = 64 << 10;
    static final int MAX_LIST = 1_000;

    private int bytes;

    private RequestGuard() {}

    /**
     * Refuses a context that is too deep, too large or not text that UTF-8 can carry.
     *
     * @throws PolicyErrorException naming the bound
     */
    static void verify(Map<String, Object> context) {
        new RequestGuard().walk(context, 1);
    }

    private void walk(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw refused("nested deeper than " + MAX_DEPTH + " levels");
        }
        switch (value) {
            case Map<?, ?> map -> {
                if (map.size() > MAX_LIST) {
                    throw refused("wider than " + MAX_LIST + " attributes");
                }
                map.forEach((key, member) -> {
                    count((String) key);
                    walk(member, depth + 1);
                });
            }
            case List<?> list -> {
                if (list.size() > MAX_LIST) {
                    throw refused("longer than " + MAX_LIST + " members");
                }
                list.forEach(member -> walk(member, depth + 1));
            }
            case String text -> count(text);
            case Boolean _, Long _ -> bytes += 8;
            default -> throw refused("holding " + value.getClass().getSimpleName());
        }
    }

    private void count(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c) || c == 0) {
                throw refused("holding a lone surrogate or NUL");
            }
        }
        bytes += text.length() + 2;
        if (bytes > MAX_BYTES) {
            throw refused("larger than " + MAX_BYTES + " bytes");
        }
    }

    private static PolicyErrorException refused(String what) {
        return new PolicyErrorException("the request's context is refused: " + what, null);
    }
}
