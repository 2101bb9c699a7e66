package dev.sallyport.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What holds for every pod of the fleet. Each rule says what is wrong in words. */
enum PodRule {
    RUNS_AS_NOBODY_SPECIAL((workload, wrong) -> {
        JsonNode context = workload.pod().path("securityContext");
        if (!context.path("runAsNonRoot").asBoolean(false)
                || context.path("runAsUser").asInt(0) == 0) {
            wrong.accept("may run as uid 0");
        }
        for (JsonNode container : workload.everyContainer()) {
            JsonNode own = container.path("securityContext");
            if (own.path("runAsUser").asInt(1) == 0 || !own.path("runAsNonRoot").asBoolean(true)) {
                wrong.accept(container.path("name").asString() + " may run as uid 0");
            }
        }
    }),
    SYSTEM_CALLS_ARE_FILTERED((workload, wrong) -> {
        for (JsonNode container : workload.everyContainer()) {
            JsonNode own = container.path("securityContext").path("seccompProfile");
            JsonNode profile =
                    own.isMissingNode() ? workload.pod().path("securityContext").path("seccompProfile") : own;
            String type = profile.path("type").asString("");
            boolean named = type.equals("Localhost")
                    && !profile.path("localhostProfile").asString("").isEmpty();
            if (!type.equals("RuntimeDefault") && !named) {
                wrong.accept(container.path("name").asString() + " has no seccomp profile");
            }
        }
    }),
    ROOT_IS_READ_ONLY((workload, wrong) -> eachContainer(
            workload,
            wrong,
            "root file system is writable",
            container -> container
                    .path("securityContext")
                    .path("readOnlyRootFilesystem")
                    .asBoolean(false))),
    NO_CAPABILITIES((workload, wrong) -> eachContainer(workload, wrong, "keeps capabilities", container -> {
        JsonNode capabilities = container.path("securityContext").path("capabilities");
        return capabilities
                        .path("drop")
                        .valueStream()
                        .anyMatch(each -> each.asString().equals("ALL"))
                && capabilities.path("add").isEmpty();
    })),
    NO_MORE_PRIVILEGES((workload, wrong) -> eachContainer(workload, wrong, "may gain privileges", container -> {
        JsonNode context = container.path("securityContext");
        return !context.path("allowPrivilegeEscalation").asBoolean(true)
                && !context.path("privileged").asBoolean(false);
    })),
    NOTHING_OF_THE_HOST((workload, wrong) -> {
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (workload.pod().path(field).asBoolean(false)) {
                wrong.accept("shares the host's " + field);
            }
        }
        workload.pod().path("volumes").forEach(volume -> {
            if (volume.has("hostPath")) {
                wrong.accept(
                        "mounts a folder of the host: " + volume.path("name").asString());
            }
        });
    }),
    LIMITED((workload, wrong) ->
            eachContainer(workload, wrong, "lacks requests of cpu and memory or a limit of memory", container -> {
                JsonNode resources = container.path("resources");
                return resources.path("requests").has("cpu")
                        && resources.path("requests").has("memory")
                        && resources.path("limits").has("memory");
            })),
    NO_TOKEN_BY_ITSELF((workload, wrong) -> {
        if (workload.pod().path("automountServiceAccountToken").asBoolean(true)) {
            wrong.accept("gets an API token by itself");
        }
    }),
    API_TOKENS_ONLY_WHERE_NEEDED((workload, wrong) -> {
        boolean mayAskTheApi = Set.of("vault-service", "ca-init").contains(workload.name());
        for (JsonNode volume : workload.pod().path("volumes")) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                JsonNode token = source.path("serviceAccountToken");
                if (!token.isMissingNode()
                        && !token.path("audience").asString("").equals("sallyport")
                        && !mayAskTheApi) {
                    wrong.accept("has a token for another audience than sallyport");
                }
            }
        }
    }),
    IMAGES_ARE_PINNED((workload, wrong) ->
            eachContainer(workload, wrong, "has an image without a version", container -> {
                String image = container.path("image").asString("");
                String tag = image.substring(image.lastIndexOf('/') + 1);
                return tag.contains("@sha256:") || (tag.contains(":") && !tag.endsWith(":latest"));
            })),
    THREE_PROBES((workload, wrong) -> {
        if (!workload.serves()) {
            return;
        }
        JsonNode container = workload.mainContainer();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            if (!container.has(probe)) {
                wrong.accept("lacks a " + probe);
            }
        }
        // Readiness depends on others (database, denylist); restarting this pod for that would spread an outage.
        JsonNode liveness = container.path("livenessProbe").path("httpGet");
        if (!liveness.isMissingNode()
                && liveness.path("path")
                        .equals(container.path("readinessProbe").path("httpGet").path("path"))) {
            wrong.accept("is restarted when it is not ready");
        }
    }),
    SPREAD((workload, wrong) -> {
        boolean fleet = workload.name().endsWith("-service") || workload.name().equals("executor-node");
        if (fleet && workload.pod().path("topologySpreadConstraints").isEmpty()) {
            wrong.accept("is not spread over hosts");
        }
    });

    @SuppressWarnings("ImmutableEnumChecker") // Lambdas without state.
    private final BiConsumer<Workload, Consumer<String>> check;

    PodRule(BiConsumer<Workload, Consumer<String>> check) {
        this.check = check;
    }

    /** What breaks this rule. */
    List<String> brokenBy(List<Workload> workloads) {
        List<String> wrong = new ArrayList<>();
        for (Workload workload : workloads) {
            check.accept(workload, what -> wrong.add(workload.name() + ": " + what));
        }
        return wrong;
    }

    private interface Holds {
        boolean in(JsonNode container);
    }

    private static void eachContainer(Workload workload, Consumer<String> wrong, String otherwise, Holds rule) {
        for (JsonNode container : workload.everyContainer()) {
            if (!rule.in(container)) {
                wrong.accept(container.path("name").asString() + " " + otherwise);
            }
        }
    }
}
