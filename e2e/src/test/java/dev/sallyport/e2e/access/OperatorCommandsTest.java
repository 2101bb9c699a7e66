package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.OwnerCommand;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does every day, by the command and on a whole fleet: members, configuration, nodes, certificates. */
@ExtendWith(SharedFleet.class)
class OperatorCommandsTest {
    @TempDir
    private Path folder;

    @Test
    void aPersonIsInvitedGetsOtherRolesAndLeaves(Fleet fleet) {
        OwnerCommand cli = fleet.cli();
        Command stranger = cli.run("tokens", "create", "--kind", "person", "--name", "vera");
        assertThat(stranger.exitCode()).isEqualTo(2);
        assertThat(stranger.errors()).contains("NOT_A_MEMBER", "sallyport members add person:vera");
        Command invited = cli.run("invite", "vera", "--role", "operator");
        assertThat(invited.exitCode()).as(invited.toString()).isZero();
        assertThat(invited.output()).contains("person:vera", "/console/sign-in#");
        assertThat(cli.run("members", "add", "vera", "--role", "auditor").exitCode())
                .isEqualTo(6);
        assertThat(cli.run("members", "set", "vera", "--role", "auditor").exitCode())
                .isZero();
        assertThat(cli.run("members", "list").output()).containsPattern("person:vera +auditor");
        assertThat(cli.run("members", "remove", "vera", "--revoke-issued").exitCode())
                .isZero();
        assertThat(cli.run("invite", "vera").exitCode()).isEqualTo(2);
    }

    @Test
    void theConfigurationIsEditedFromTheVersionThatWasRead(Fleet fleet) throws IOException {
        OwnerCommand cli = fleet.cli();
        Path before = Files.writeString(
                folder.resolve("before.json"), cli.json("config", "show").toString());
        assertThat(cli.run("config", "diff", before.toString()).exitCode()).isZero();
        Command edited = run(fleet, Map.of("EDITOR", "sed -i s/60000,/59000,/"), "config", "edit");
        assertThat(edited.exitCode()).as(edited.toString()).isZero();
        Command difference = cli.run("config", "diff", before.toString());
        assertThat(difference.exitCode()).as(difference.toString()).isEqualTo(1);
        assertThat(difference.output()).contains("execution_timeout_ms", "59000", "60000");
        Command late = cli.run("config", "set", before.toString());
        assertThat(late.exitCode()).as(late.toString()).isEqualTo(6);
        assertThat(run(fleet, Map.of("EDITOR", "sed -i s/59000,/60000,/"), "config", "edit")
                        .exitCode())
                .isZero();
    }

    @Test
    void nodesAndCertificatesAreShown(Fleet fleet) {
        OwnerCommand cli = fleet.cli();
        assertThat(cli.run("nodes", "list").output()).containsPattern("default +node-1 +present");
        assertThat(cli.run("nodes", "show", "default/node-1").output()).contains("last_seen");
        Command present = cli.run("nodes", "evict", "default/node-1");
        assertThat(present.exitCode()).as("control: it is there").isEqualTo(2);
        assertThat(cli.json("certificates", "list").path("items").isArray()).isTrue();
        assertThat(cli.run("certificates", "revoke", "--serial", "abcdef", "--reason", "test")
                        .exitCode())
                .as("it was never issued")
                .isEqualTo(5);
    }

    @Test
    void whatIsFrozenTwiceIsSaidToBeFrozenAlready(Fleet fleet) {
        OwnerCommand cli = fleet.cli();
        assertThat(cli.run("freeze", "principal", "agent:nobody").errors()).doesNotContain("already");
        assertThat(cli.run("freeze", "principal", "agent:nobody").errors()).contains("was frozen already");
        assertThat(cli.run("unfreeze", "principal", "agent:nobody").errors()).doesNotContain("nothing has changed");
        assertThat(cli.run("unfreeze", "principal", "agent:nobody").errors()).contains("was not frozen");
    }

    @Test
    void aTokenInTheEnvironmentIsNamedAsTheCauseOfARefusal(Fleet fleet) {
        Command refused = run(fleet, Map.of("SALLYPORT_TOKEN", fleet.agentToken()), "approvals", "list");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.errors()).contains("PERMISSION_MISSING", "unset SALLYPORT_TOKEN");
        assertThat(fleet.cli().run("approvals", "list").exitCode())
                .as("control: the configured identity")
                .isZero();
    }

    private static Command run(Fleet fleet, Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SALLYPORT_HOME", fleet.home().toString());
        List<String> line = new ArrayList<>(
                List.of(Repository.root().resolve("bin/sallyport").toString()));
        line.addAll(List.of(arguments));
        return Command.run(line, all, "", Duration.ofMinutes(3));
    }
}
