package dev.sallyport.deploy.containers;

import static dev.sallyport.deploy.containers.ComposeFile.list;
import static dev.sallyport.deploy.containers.ComposeFile.map;
import static dev.sallyport.deploy.containers.DockerOptions.PROJECT;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Starts and stops the containers of docker-compose.yml, one by one. {@code deploy/containers/fleet} calls it. */
public final class Containers {
    private static final String USAGE =
            "up [SERVICE...] | run [--entrypoint PROGRAM] SERVICE ARGUMENT... | logs | down [--volumes]";
    private static final Duration START_LIMIT = Duration.ofMinutes(20);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String STATE =
            "{{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{end}}";

    private final ComposeFile file;

    private Containers(ComposeFile file) {
        this.file = file;
    }

    /** Does what the arguments say with the docker-compose.yml of the working directory. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        try {
            ComposeFile file = ComposeFile.read(Path.of("docker-compose.yml"), System.getenv());
            System.exit(new Containers(file).run(List.of(arguments)));
        } catch (ContainersException | IllegalArgumentException e) {
            System.err.println("fleet: " + e.getMessage());
            System.exit(1);
        }
    }

    private int run(List<String> arguments) throws InterruptedException {
        List<String> rest = arguments.stream().skip(1).toList();
        switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "up" -> up(rest);
            case "run" -> {
                return once(rest);
            }
            case "logs" -> logs();
            case "down" -> down(rest.equals(List.of("--volumes")));
            default -> throw new IllegalArgumentException(USAGE);
        }
        return 0;
    }

    /** Starts all of them, or starts those named again while the others run. */
    private void up(List<String> only) throws InterruptedException {
        if (Docker.attempt("network", "inspect", PROJECT) != 0) {
            Docker.demand(List.of("network", "create", "--subnet", DockerOptions.SUBNET + "0/24", PROJECT));
        }
        Set<String> started = new LinkedHashSet<>();
        if (!only.isEmpty()) {
            started.addAll(file.names());
            only.forEach(started::remove);
        }
        for (String name : only.isEmpty() ? file.names() : only) {
            start(name, started);
        }
        for (String name : only.isEmpty() ? started : only) {
            if (file.service(name).containsKey("healthcheck")) {
                await(name, "service_healthy");
                System.out.println(name + " is healthy");
            }
        }
    }

    private void start(String name, Set<String> started) throws InterruptedException {
        Map<String, Object> service = file.service(name);
        if (service.containsKey("profiles") || !started.add(name)) {
            return;
        }
        for (Map.Entry<String, Object> needed : map(service.get("depends_on")).entrySet()) {
            start(needed.getKey(), started);
            await(needed.getKey(), String.valueOf(map(needed.getValue()).get("condition")));
        }
        remove(name);
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", PROJECT + "-" + name));
        command.addAll(DockerOptions.of(file, name, service));
        command.addAll(list(service.get("command")));
        Docker.demand(command);
        System.out.println(name + " is started");
    }

    /** Runs a container that ends with its program, whose exit code is answered. */
    private int once(List<String> given) throws InterruptedException {
        boolean other = !given.isEmpty() && given.getFirst().equals("--entrypoint");
        if (given.size() < (other ? 3 : 1)) {
            throw new IllegalArgumentException(USAGE);
        }
        String name = given.get(other ? 2 : 0);
        Map<String, Object> service = new LinkedHashMap<>(file.service(name));
        if (other) {
            service.put("entrypoint", given.get(1));
        }
        List<String> command = new ArrayList<>(List.of("run", "--rm", "--interactive"));
        command.addAll(DockerOptions.of(file, name, service));
        command.addAll(given.subList(other ? 3 : 1, given.size()));
        return Docker.attached(command);
    }

    private void await(String name, String condition) throws InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            String state = Docker.output("inspect", "--format", STATE, PROJECT + "-" + name);
            boolean ended = state.startsWith("exited");
            boolean met = switch (condition) {
                case "service_completed_successfully" -> state.startsWith("exited 0");
                case "service_healthy" -> state.endsWith(" healthy");
                case "service_started" -> !ended;
                default -> throw new IllegalArgumentException(condition + " is not understood here");
            };
            if (met) {
                return;
            }
            if (ended || state.startsWith("restarting")) {
                break;
            }
            Thread.sleep(PAUSE);
        }
        Docker.attached(List.of("logs", "--tail", "40", PROJECT + "-" + name));
        throw new ContainersException(name + " is not " + condition + "; its log is above");
    }

    private void logs() throws InterruptedException {
        for (String name : file.names()) {
            System.out.println("== " + name);
            Docker.attached(List.of("logs", PROJECT + "-" + name));
        }
    }

    private void down(boolean volumes) throws InterruptedException {
        for (String name : file.names().reversed()) {
            remove(name);
        }
        Docker.attempt("network", "rm", PROJECT);
        if (volumes) {
            Docker.attempt("volume", "rm", PROJECT + "_fleet", PROJECT + "_postgresql", PROJECT + "_kafka");
        }
    }

    /** Ends a container within its own grace period. */
    private static void remove(String name) throws InterruptedException {
        Docker.attempt("stop", PROJECT + "-" + name);
        Docker.attempt("rm", "--force", PROJECT + "-" + name);
    }
}
