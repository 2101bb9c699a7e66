package dev.sallyport.deploy.containers;

import static dev.sallyport.deploy.containers.ComposeFile.list;
import static dev.sallyport.deploy.containers.ComposeFile.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The arguments of {@code docker run} for a service of the file. Every container gets a fixed address and knows the
 * others by {@code --add-host}, for engines without packet filter rules and so without their name server.
 */
final class DockerOptions {
    /** The network, and what the names of containers and volumes begin with. */
    static final String PROJECT = "sallyport";
    /** What every address begins with. */
    static final String SUBNET = "172.31.77.";

    private static final int FIRST_ADDRESS = 10;

    private final ComposeFile file;
    private final List<String> options = new ArrayList<>();

    private DockerOptions(ComposeFile file) {
        this.file = file;
    }

    /**
     * Everything between {@code docker run} and the command's arguments; the image is the last, or the entry point's
     * own arguments behind it.
     *
     * @param service the service's keys, which may differ from those of the file
     */
    static List<String> of(ComposeFile file, String name, Map<String, Object> service) {
        DockerOptions options = new DockerOptions(file);
        service.forEach((key, value) -> options.add(name, key, value));
        options.options.add(String.valueOf(service.get("image")));
        options.options.addAll(list(service.get("entrypoint")).stream().skip(1).toList());
        return List.copyOf(options.options);
    }

    private void add(String name, String key, Object value) {
        switch (key) {
            case "user", "restart", "pids_limit", "shm_size", "cpus" -> add("--" + key.replace('_', '-'), value);
            case "ulimits" -> map(value).forEach((limit, most) -> add("--ulimit", limit + "=" + most));
            // What is built here is never looked for elsewhere.
            case "pull_policy" -> add("--pull", "never");
            case "mem_limit" -> add("--memory", value);
            case "working_dir" -> add("--workdir", value);
            case "read_only" -> options.add("--read-only=" + value);
            case "cap_add", "cap_drop", "tmpfs" -> list(value).forEach(each -> add("--" + key.replace('_', '-'), each));
            case "security_opt" -> list(value).forEach(each -> add("--security-opt", absolute(each, "=")));
            case "network_mode" -> add("--network", value);
            case "networks" -> network(name);
            case "stop_grace_period" -> add("--stop-timeout", value.toString().replace("s", ""));
            case "logging" -> logging(map(value));
            case "volumes" -> list(value).forEach(each -> add("--volume", volume(each)));
            case "environment" -> map(value).forEach((variable, set) -> add("--env", variable + "=" + set));
            case "ports" -> list(value).forEach(each -> add("--publish", each));
            case "healthcheck" -> health(map(value));
            case "entrypoint" -> add("--entrypoint", list(value).getFirst());
            // The image and its command stand at the end; the rest says when to start, not how.
            case "image", "build", "command", "depends_on", "profiles" -> {}
            default -> throw new IllegalArgumentException(key + " has no option of docker run");
        }
    }

    private void add(String option, Object value) {
        options.add(option);
        options.add(value.toString());
    }

    private void network(String name) {
        add("--network", PROJECT);
        add("--ip", address(name));
        file.names().stream()
                .filter(other -> file.service(other).containsKey("networks") && !other.equals(name))
                .forEach(other -> add("--add-host", other + ":" + address(other)));
    }

    private String address(String name) {
        return SUBNET + (FIRST_ADDRESS + file.names().indexOf(name));
    }

    private void logging(Map<String, Object> logging) {
        add("--log-driver", String.valueOf(logging.get("driver")));
        map(logging.get("options")).forEach((option, set) -> add("--log-opt", option + "=" + set));
    }

    /** The test is a list of words there and one line of a shell here. */
    private void health(Map<String, Object> health) {
        add(
                "--health-cmd",
                list(health.get("test")).stream()
                        .skip(1)
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" ")));
        for (String key : List.of("interval", "timeout", "retries", "start_period")) {
            add("--health-" + key.replace('_', '-'), String.valueOf(health.get(key)));
        }
    }

    private String volume(String text) {
        return text.startsWith(".") ? absolute(text, "") : PROJECT + "_" + text;
    }

    /** The text with the path of the checkout that stands behind that mark made absolute. */
    private String absolute(String text, String mark) {
        return text.replace(mark + "./", mark + file.folder() + "/");
    }
}
