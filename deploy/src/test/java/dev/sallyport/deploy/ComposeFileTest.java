package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import dev.sallyport.deploy.containers.ComposeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** docker-compose.yml against the schema of the compose specification, and against what the fleet promises. */
class ComposeFileTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Schema SCHEMA = StrictObjects.schema("compose-spec.json");
    private static final Set<String> SERVICES =
            Set.of("policy-service", "approval-service", "executor-service", "attestation-service", "vault-service");

    private static ObjectNode file() throws IOException {
        String text = Files.readString(Path.of("../docker-compose.yml"));
        ObjectNode file = JSON.valueToTree(ComposeFile.document(text));
        file.propertyNames().stream()
                .filter(name -> name.startsWith("x-"))
                .toList()
                .forEach(file::remove);
        return file;
    }

    @Test
    void itIsOfTheSpecification() throws IOException {
        ObjectNode file = file();
        assertThat(SCHEMA.validate(file.toString(), InputFormat.JSON)).isEmpty();
        ((ObjectNode) file.at("/services/kafka")).put("healtcheck", "x");
        assertThat(SCHEMA.validate(file.toString(), InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void everyContainerIsBounded() throws IOException {
        for (var entry : file().required("services").properties()) {
            JsonNode service = entry.getValue();
            assertThat(service.path("read_only").asBoolean(false))
                    .as(entry.getKey())
                    .isTrue();
            assertThat(service.path("cap_drop").toString()).as(entry.getKey()).isEqualTo("[\"ALL\"]");
            assertThat(service.path("security_opt").toString())
                    .as(entry.getKey())
                    .contains("no-new-privileges:true");
            assertThat(service.has("mem_limit") && service.has("pids_limit"))
                    .as(entry.getKey())
                    .isTrue();
            assertThat(service.path("privileged").asBoolean(false))
                    .as(entry.getKey())
                    .isFalse();
            assertThat(service.path("image").asString())
                    .as(entry.getKey())
                    .contains(":")
                    .doesNotEndWith(":latest");
            boolean gives = Set.of("prepare", "renewal").contains(entry.getKey());
            assertThat(service.path("user").asString().startsWith("0:"))
                    .as(entry.getKey())
                    .isEqualTo(gives);
            assertThat(service.has("cap_add")).as(entry.getKey()).isEqualTo(gives);
            if (gives) {
                assertThat(service.path("network_mode").asString()).isEqualTo("none");
            }
        }
    }

    /** A name without a registry is looked up at Docker Hub, where it may be a stranger's; root and keys are behind it. */
    @Test
    void whatIsOursIsNeverFetched() throws IOException {
        for (var entry : file().required("services").properties()) {
            JsonNode service = entry.getValue();
            String image = service.path("image").asString();
            if (entry.getKey().equals("postgresql")) {
                assertThat(image).startsWith("${POSTGRES_IMAGE:-postgres:");
                continue;
            }
            assertThat(image).as(entry.getKey()).startsWith("localhost/sallyport/");
            assertThat(service.path("pull_policy").asString())
                    .as(entry.getKey())
                    .isEqualTo(service.has("build") ? "build" : "never");
        }
    }

    @Test
    void noContainerLeavesACoreDumpOrAsksForAProcessorThatTheHostMayNotHave() throws IOException {
        for (var entry : file().required("services").properties()) {
            assertThat(entry.getValue().at("/ulimits/core").asInt(-1))
                    .as(entry.getKey())
                    .isZero();
            assertThat(entry.getValue().has("cpus")).as(entry.getKey()).isFalse();
        }
        // Whoever holds keys is not read by others: no dump after a crash, no attaching.
        assertThat(Files.readAllLines(Path.of("../Dockerfile")).stream()
                        .filter(line -> line.startsWith("ENTRYPOINT [\"java\""))
                        .toList())
                .hasSize(3)
                .allSatisfy(line ->
                        assertThat(line).contains("\"-XX:-CreateCoredumpOnCrash\"", "\"-XX:+DisableAttachMechanism\""));
    }

    @Test
    void noSecretIsInTheEnvironment() throws IOException {
        for (var entry : file().required("services").properties()) {
            entry.getValue().path("environment").propertyNames().forEach(name -> {
                boolean secret = name.contains("PASSWORD") || name.contains("TOKEN") || name.contains("KEY");
                assertThat(secret && !name.endsWith("_FILE"))
                        .as(entry.getKey() + " " + name)
                        .isFalse();
            });
        }
    }

    @Test
    void whatServesIsProbedAndReachedFromThisHostOnly() throws IOException {
        JsonNode services = file().required("services");
        for (String name : SERVICES) {
            JsonNode service = services.required(name);
            assertThat(service.at("/healthcheck/test").toString())
                    .contains("--cacert", "https://localhost:8080/actuator/health/readiness");
            service.path("ports").forEach(port -> assertThat(port.asString()).startsWith("127.0.0.1:"));
        }
        assertThat(services.valueStream()
                        .filter(service -> service.has("ports"))
                        .count())
                .isEqualTo(SERVICES.size());
        assertThat(services.required("executor-node").has("ports")).isFalse();
    }

    /** Whoever moves a port with a variable must be sent there by every service that names it. */
    @Test
    void aMovedPortIsToldToEveryService() throws IOException {
        JsonNode services = file().required("services");
        for (String name : SERVICES) {
            String variable =
                    "SALLYPORT_" + name.substring(0, name.indexOf('-')).toUpperCase(Locale.ROOT) + "_PORT";
            assertThat(services.at("/" + name + "/ports/0").asString())
                    .as(name)
                    .matches(Pattern.quote("127.0.0.1:${" + variable + ":-") + "[0-9]+}:8080");
            String published = services.at("/" + name + "/ports/0").asString().split(":", 2)[1];
            for (String other :
                    Stream.concat(SERVICES.stream(), Stream.of("executor-node")).toList()) {
                assertThat(services.at("/" + other + "/environment/" + variable).asString() + ":8080")
                        .as("%s told to %s", variable, other)
                        .isEqualTo(published);
            }
            assertThat(Path.of("containers/config", name + ".properties"))
                    .content()
                    .contains("sallyport.public.url=https://localhost:${" + variable + "}");
        }
    }

    @Test
    void noTwoPartsAreTheSameUser() throws IOException {
        List<String> users = file().required("services")
                .valueStream()
                .map(service -> service.path("user").asString())
                .filter(user -> !user.startsWith("0:"))
                .toList();
        assertThat(users).doesNotHaveDuplicates().hasSize(10);
    }
}
