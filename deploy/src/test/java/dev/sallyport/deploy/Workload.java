package dev.sallyport.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever makes pods.
 *
 * @param object the manifest
 * @param template the pod's
 */
record Workload(ObjectNode object, ObjectNode template) {
    static List<Workload> in(List<ObjectNode> objects) {
        return objects.stream()
                .flatMap(object -> switch (object.path("kind").asString()) {
                    case "Deployment", "StatefulSet", "DaemonSet", "Job" ->
                        Stream.of(new Workload(
                                object, (ObjectNode) object.required("spec").required("template")));
                    case "CronJob" ->
                        Stream.of(new Workload(object, (ObjectNode) object.required("spec")
                                .required("jobTemplate")
                                .required("spec")
                                .required("template")));
                    default -> Stream.<Workload>empty();
                })
                .toList();
    }

    String name() {
        return object.path("metadata").path("name").asString();
    }

    String namespace() {
        return object.path("metadata").path("namespace").asString();
    }

    /** Whether its pods serve until they are told to stop. */
    boolean serves() {
        return switch (object.path("kind").asString()) {
            case "Job", "CronJob" -> false;
            default -> true;
        };
    }

    ObjectNode pod() {
        return (ObjectNode) template.required("spec");
    }

    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        template.path("metadata").path("labels").forEachEntry((name, value) -> labels.put(name, value.asString()));
        return labels;
    }

    /** Containers and init containers. */
    List<JsonNode> everyContainer() {
        return Stream.concat(
                        pod().path("initContainers").valueStream(),
                        pod().path("containers").valueStream())
                .toList();
    }

    JsonNode mainContainer() {
        return pod().path("containers").path(0);
    }
}
