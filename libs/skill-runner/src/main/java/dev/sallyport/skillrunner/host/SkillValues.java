package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a skill keeps from one call to the next, within the bound that its manifest sets. */
public final class SkillValues {
    /** A key costs memory beside its bytes. */
    private static final int MOST_KEYS = 4_096;

    private final Map<String, byte[]> values;
    private long bytes;
    private boolean changed;

    /** Those that were kept before. */
    public SkillValues(Map<String, byte[]> kept) {
        this.values = new HashMap<>(kept);
        kept.forEach((key, value) -> bytes += size(key, value));
    }

    /** See {@link SkillHost#value}. */
    public byte[] value(String key) throws HostRefusedException {
        byte[] value = values.get(key);
        if (value == null) {
            throw new HostRefusedException(HostAnswer.NOT_FOUND);
        }
        return value.clone();
    }

    /** See {@link SkillHost#keep}. */
    public void keep(String key, byte[] value, long most) throws HostRefusedException {
        byte[] before = values.get(key);
        long others = bytes - (before == null ? 0 : size(key, before));
        if (value.length == 0) {
            changed |= values.remove(key) != null;
            bytes = others;
            return;
        }
        long all = others + size(key, value);
        if (all > most || (before == null && values.size() >= MOST_KEYS)) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        values.put(key, value.clone());
        bytes = all;
        changed = true;
    }

    private static long size(String key, byte[] value) {
        return (long) key.getBytes(StandardCharsets.UTF_8).length + value.length;
    }

    /** Whether anything was kept or taken away. */
    public boolean changed() {
        return changed;
    }

    /** All of them. */
    public Map<String, byte[]> all() {
        return Map.copyOf(values);
    }
}
