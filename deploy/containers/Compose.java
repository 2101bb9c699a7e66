import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Runs the containers of docker-compose.yml with {@code docker run}, for engines without the compose plugin and without
 * packet filter rules (so without their name server): every container gets a fixed address and knows the others by
 * {@code --add-host}. It reads what that file uses and refuses what it does not know.
 *
 * <p>{@code Compose.java up [SERVICE...] | run [--entrypoint PROGRAM] SERVICE ARGUMENT... | logs | down [--volumes]}
 */
public final class Compose {

    private static final String PROJECT = "sallyport";
    private static final String SUBNET = "172.31.77.";
    private static final long START_LIMIT_SECONDS = 1200;

    private static final Set<String> KNOWN = Set.of(
            "image", "build", "restart", "user", "read_only", "cap_add", "cap_drop", "security_opt", "networks",
            "network_mode", "stop_grace_period", "pids_limit", "logging", "mem_limit", "cpus", "shm_size", "tmpfs",
            "volumes", "environment", "entrypoint", "command", "healthcheck", "depends_on", "ports", "profiles",
            "working_dir");

    private final Path folder;
    private final Map<String, Map<String, Object>> services = new LinkedHashMap<>();

    private Compose(Path file) throws IOException {
        this.folder = file.toAbsolutePath().getParent();
        Map<String, Object> document = map(new Load(LoadSettings.builder().setSchema(new CoreSchema()).build())
                .loadFromString(interpolated(Files.readString(file))));
        map(document.get("services")).forEach((name, service) -> services.put(name, merged(map(service))));
        services.forEach((name, service) -> service.keySet().stream().filter(key -> !KNOWN.contains(key)).forEach(key -> {
            throw new IllegalArgumentException("services." + name + "." + key + " is not known to Compose.java");
        }));
    }

    public static void main(String... arguments) throws Exception {
        Compose compose = new Compose(Path.of("docker-compose.yml"));
        try {
            switch (arguments[0]) {
                case "up" -> compose.up(List.of(arguments).subList(1, arguments.length));
                case "run" -> System.exit(compose.runOnce(List.of(arguments).subList(1, arguments.length)));
                case "logs" -> compose.logs();
                case "down" -> compose.down(arguments.length > 1);
                default -> throw new IllegalArgumentException("up | run [--entrypoint PROGRAM] SERVICE ARGUMENT... | logs | down [--volumes]");
            }
        } catch (IllegalStateException said) {
            System.err.println("fleet: " + said.getMessage());
            System.exit(1);
        }
    }

    /** Starts all, or those named anew while the others run. */
    private void up(List<String> only) throws Exception {
        if (exit("docker", "network", "inspect", PROJECT) != 0) {
            docker("network", "create", "--subnet", SUBNET + "0/24", PROJECT);
        }
        Set<String> started = new LinkedHashSet<>();
        if (!only.isEmpty()) {
            started.addAll(services.keySet());
            started.removeAll(only);
        }
        for (String name : only.isEmpty() ? services.keySet() : only) {
            start(name, started);
        }
        for (String name : only.isEmpty() ? started : only) {
            if (!services.get(name).containsKey("healthcheck")) {
                continue;
            }
            await(name, "service_healthy");
            System.out.println(name + " is healthy");
        }
    }

    private void start(String name, Set<String> started) throws Exception {
        Map<String, Object> service = services.get(name);
        if (service.containsKey("profiles") || !started.add(name)) {
            return;
        }
        for (Map.Entry<String, Object> needed : map(service.getOrDefault("depends_on", Map.of())).entrySet()) {
            start(needed.getKey(), started);
            await(needed.getKey(), text(map(needed.getValue()).get("condition")));
        }
        remove(name);
        List<String> command = new ArrayList<>(List.of("docker", "run", "--detach", "--name", PROJECT + "-" + name));
        command.addAll(options(name, service));
        command.addAll(list(service.get("command")));
        run(command);
        System.out.println(name + " is started");
    }

    private int runOnce(List<String> given) throws Exception {
        boolean other = given.getFirst().equals("--entrypoint");
        String name = given.get(other ? 2 : 0);
        List<String> arguments = given.subList(other ? 3 : 1, given.size());
        Map<String, Object> service = new LinkedHashMap<>(services.get(name));
        if (other) {
            service.put("entrypoint", given.get(1));
        }
        List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "--interactive"));
        command.addAll(options(name, service));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** Everything between {@code docker run} and the command's arguments, the image being the last. */
    private List<String> options(String name, Map<String, Object> service) {
        List<String> options = new ArrayList<>();
        List<String> entrypoint = list(service.get("entrypoint"));
        service.forEach((key, value) -> {
            switch (key) {
                case "user", "restart", "pids_limit", "shm_size", "cpus" ->
                    add(options, "--" + key.replace('_', '-'), text(value));
                case "mem_limit" -> add(options, "--memory", text(value));
                case "working_dir" -> add(options, "--workdir", text(value));
                case "read_only" -> options.add("--read-only=" + value);
                case "cap_add", "cap_drop", "tmpfs" ->
                    list(value).forEach(each -> add(options, "--" + key.replace('_', '-'), each));
                case "security_opt" -> list(value).forEach(each -> add(options, "--security-opt", absolute(each, "=")));
                case "network_mode" -> add(options, "--network", text(value));
                case "networks" -> network(options, name);
                case "stop_grace_period" -> add(options, "--stop-timeout", text(value).replace("s", ""));
                case "logging" -> {
                    add(options, "--log-driver", text(map(value).get("driver")));
                    map(map(value).get("options")).forEach((option, set) -> add(options, "--log-opt", option + "=" + set));
                }
                case "volumes" -> list(value).forEach(each -> add(options, "--volume", volume(each)));
                case "environment" -> merged(map(value)).forEach((variable, set) -> add(options, "--env", variable + "=" + set));
                case "ports" -> list(value).forEach(each -> add(options, "--publish", each));
                case "healthcheck" -> health(options, map(value));
                case "entrypoint" -> add(options, "--entrypoint", entrypoint.getFirst());
                default -> {}
            }
        });
        options.add(text(service.get("image")));
        options.addAll(entrypoint.isEmpty() ? entrypoint : entrypoint.subList(1, entrypoint.size()));
        return options;
    }

    private void network(List<String> options, String name) {
        add(options, "--network", PROJECT);
        add(options, "--ip", address(name));
        services.forEach((other, service) -> {
            if (service.containsKey("networks") && !other.equals(name)) {
                add(options, "--add-host", other + ":" + address(other));
            }
        });
    }

    private String address(String name) {
        return SUBNET + (10 + List.copyOf(services.keySet()).indexOf(name));
    }

    private static void health(List<String> options, Map<String, Object> health) {
        List<String> test = list(health.get("test"));
        // docker run takes a shell's line.
        String line = test.subList(1, test.size()).stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        add(options, "--health-cmd", line);
        for (String key : List.of("interval", "timeout", "retries")) {
            add(options, "--health-" + key, text(health.get(key)));
        }
        add(options, "--health-start-period", text(health.get("start_period")));
    }

    private String volume(String text) {
        return text.startsWith(".") ? absolute(text, "") : PROJECT + "_" + text;
    }

    /** A path of the checkout, after that mark. */
    private String absolute(String text, String mark) {
        return text.replace(mark + "./", mark + folder + "/");
    }

    private void await(String name, String condition) throws Exception {
        long end = System.nanoTime() + START_LIMIT_SECONDS * 1_000_000_000L;
        String container = PROJECT + "-" + name;
        while (System.nanoTime() < end) {
            String state = output("docker", "inspect", "--format",
                    "{{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{end}}", container);
            boolean ended = state.startsWith("exited");
            boolean met = switch (condition) {
                case "service_completed_successfully" -> state.startsWith("exited 0");
                case "service_healthy" -> state.endsWith(" healthy");
                case "service_started" -> !ended;
                default -> throw new IllegalArgumentException(condition);
            };
            if (met) {
                return;
            }
            if (ended || state.startsWith("restarting")) {
                break;
            }
            Thread.sleep(500);
        }
        new ProcessBuilder("docker", "logs", "--tail", "40", container).inheritIO().start().waitFor();
        throw new IllegalStateException(name + " is not " + condition + "; its log is above");
    }

    private void logs() throws Exception {
        for (String name : services.keySet()) {
            System.out.println("== " + name);
            new ProcessBuilder("docker", "logs", PROJECT + "-" + name).inheritIO().start().waitFor();
        }
    }

    private void down(boolean volumes) throws Exception {
        List<String> names = new ArrayList<>(services.keySet());
        for (String name : names.reversed()) {
            remove(name);
        }
        exit("docker", "network", "rm", PROJECT);
        if (volumes) {
            exit("docker", "volume", "rm", PROJECT + "_fleet", PROJECT + "_postgresql", PROJECT + "_kafka");
        }
    }

    /** Ends it as its own grace period allows. */
    private static void remove(String name) throws Exception {
        exit("docker", "stop", PROJECT + "-" + name);
        exit("docker", "rm", "--force", PROJECT + "-" + name);
    }

    private static void add(List<String> options, String option, String value) {
        options.add(option);
        options.add(value);
    }

    /** {@code <<} of YAML 1.1, which Docker's reader knows and YAML 1.2 does not. */
    private static Map<String, Object> merged(Map<String, Object> given) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (given.get("<<") != null) {
            all.putAll(merged(map(given.get("<<"))));
        }
        given.forEach((key, value) -> {
            if (!key.equals("<<")) {
                all.put(key, value);
            }
        });
        return all;
    }

    /** {@code ${NAME:-default}}. */
    private static String interpolated(String text) {
        return Pattern.compile("\\$\\{([A-Z_]+):-([^}]*)}").matcher(text).replaceAll(found -> {
            String set = System.getenv(found.group(1));
            return set == null || set.isEmpty() ? found.group(2) : set;
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<String> list(Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list.stream().map(Compose::text).toList();
            default -> List.of(text(value));
        };
    }

    private static String text(Object value) {
        return String.valueOf(value);
    }

    private static void docker(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + "\n" + said.strip());
        }
    }

    private static int exit(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return said;
    }
}
