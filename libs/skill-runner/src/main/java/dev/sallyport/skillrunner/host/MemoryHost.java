package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;
import java.util.HashMap;
import java.util.Map;

/** Files and values in memory: for authors who try a skill, and for the runner's own first calls. */
public final class MemoryHost implements SkillHost {
    private final Map<String, byte[]> files;
    private final SkillValues values;

    /** With these files, by their paths relative to the workspace, and these values, by their keys. */
    public MemoryHost(Map<String, byte[]> files, Map<String, byte[]> values) {
        this.files = new HashMap<>(files);
        this.values = new SkillValues(values);
    }

    @Override
    public byte[] readFile(String path) throws HostRefusedException {
        byte[] content = files.get(path);
        if (content == null) {
            throw new HostRefusedException(HostAnswer.NOT_FOUND);
        }
        return content.clone();
    }

    @Override
    public void writeFile(String path, byte[] content) {
        files.put(path, content.clone());
    }

    @Override
    public byte[] value(String key) throws HostRefusedException {
        return values.value(key);
    }

    @Override
    public void keep(String key, byte[] value, long most) throws HostRefusedException {
        values.keep(key, value, most);
    }

    /** The files as they are now. */
    public Map<String, byte[]> files() {
        return Map.copyOf(files);
    }

    /** The values as they are now. */
    public Map<String, byte[]> values() {
        return values.all();
    }
}
