package dev.sallyport.skillrunner.host;

import dev.sallyport.skills.module.HostAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files, values and recorded responses in memory: for authors who try a skill, and for the runner's own first calls. */
public final class MemoryHost implements SkillHost {
    private final Map<String, byte[]> files;
    private final SkillValues values;
    private final Map<String, HostResponse> web;
    private final List<HostRequest> requests = new ArrayList<>();

    /** With these files, by their paths relative to the workspace, and these values, by their keys; without a web. */
    public MemoryHost(Map<String, byte[]> files, Map<String, byte[]> values) {
        this(files, values, Map.of());
    }

    /**
     * With a web of recorded responses.
     *
     * @param web by the requests' first lines, like {@code GET https://api.example.com/v1/x}; nothing else answers
     */
    public MemoryHost(Map<String, byte[]> files, Map<String, byte[]> values, Map<String, HostResponse> web) {
        this.files = new HashMap<>(files);
        this.values = new SkillValues(values);
        this.web = Map.copyOf(web);
    }

    @Override
    public HostFile readFile(String path, int most) throws HostRefusedException {
        byte[] content = files.get(path);
        if (content == null) {
            throw new HostRefusedException(HostAnswer.NOT_FOUND);
        }
        return new HostFile(Arrays.copyOf(content, Math.min(content.length, most)), content.length);
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

    @Override
    public byte[] request(HostRequest request, int most) throws HostRefusedException {
        requests.add(request);
        HostResponse response = web.get(request.toString());
        if (response == null) {
            throw new HostRefusedException(HostAnswer.NOT_REACHED);
        }
        if (response.body().length > most) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        return response.bytes();
    }

    /** What was sent, in order; places for secrets are as the module wrote them. */
    public List<HostRequest> requests() {
        return List.copyOf(requests);
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
