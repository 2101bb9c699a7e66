package dev.sallyport.executor.node;

import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.doctor.SandboxHosts;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.OwnAddresses;
import dev.sallyport.executor.egress.Wire;
import dev.sallyport.executor.node.approver.ApproverProperties;
import dev.sallyport.executor.node.network.EgressProperties;
import dev.sallyport.executor.node.network.FleetHosts;
import dev.sallyport.executor.node.network.SecretRedemption;
import dev.sallyport.executor.node.network.VaultClient;
import dev.sallyport.executor.node.storage.DiskFloor;
import dev.sallyport.executor.node.storage.DiskReserve;
import dev.sallyport.executor.node.storage.StorageHealth;
import dev.sallyport.executor.node.storage.StorageProperties;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.skill.SkillPackages;
import dev.sallyport.executor.tool.BuiltInTools;
import dev.sallyport.executor.tool.HttpFetchTool;
import dev.sallyport.executor.tool.ProcessRunTool;
import dev.sallyport.executor.tool.SkillTool;
import dev.sallyport.executor.tool.Toolbox;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.servicekit.denylist.FleetLedgerProofs;
import dev.sallyport.servicekit.denylist.LedgerProofs;
import dev.sallyport.servicekit.denylist.StateProperties;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The role {@code node}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "sallyport.executor.role", havingValue = "node")
@EnableConfigurationProperties({
    EgressProperties.class,
    NodeProperties.class,
    ApproverProperties.class,
    StorageProperties.class
})
public class NodeConfiguration {
    @Bean
    NodeFolders nodeFolders(StateProperties state) {
        Path folder = state.dir();
        if (folder == null) {
            throw new IllegalStateException("Set sallyport.state.dir to a folder of the node's own.");
        }
        return new NodeFolders(folder.toAbsolutePath());
    }

    @Bean
    Wire wire() {
        return Wire.ofThisMachine();
    }

    @Bean
    Gateway gateway(
            EgressProperties egress,
            FleetProperties fleet,
            Wire wire,
            NodeFolders folders,
            NodeProperties node,
            Clock clock,
            NodeMetrics metrics)
            throws IOException {
        return new Gateway(
                egress.terms(),
                wire,
                new OwnAddresses(FleetHosts.of(fleet)),
                folders.egress(),
                node.toolUserOrNull(),
                clock,
                metrics.network());
    }

    @Bean
    SecretRedemption secretRedemption(FleetClients fleet, Clock clock) {
        return new SecretRedemption(new VaultClient(fleet), clock);
    }

    @Bean
    NodeMetrics nodeMetrics(MeterRegistry metrics) {
        return new NodeMetrics(metrics);
    }

    @Bean
    Readings nodeReadings(CallRunner runner, NodeProperties properties, ProvenTiers tiers, ResultSpool spool) {
        return gauges -> NodeMetrics.read(gauges, runner, properties.capacity(), tiers, spool);
    }

    @Bean
    Platform platform() {
        return Platform.current();
    }

    @Bean
    ProvenTiers provenTiers(
            NodeFolders folders, NodeProperties properties, Platform platform, Clock clock, NodeMetrics metrics)
            throws IOException {
        ToolUser user = properties.toolUserOrNull();
        Path state = folders.sandbox();
        Doctor doctor = new Doctor(
                new SandboxHosts(properties.bwrap(), user, properties.ready(), properties.programFolders())
                        .on(platform, state, clock),
                new Workspaces(platform, state.resolve("workspaces"), user),
                platform);
        return new ProvenTiers(doctor, metrics, clock);
    }

    @Bean
    RepeatedTask tierExamination(ProvenTiers tiers) {
        RepeatedTask examination = new RepeatedTask("tier-examination", Duration.ofSeconds(30), tiers::examine);
        tiers.onDoubt(examination::wake);
        return examination;
    }

    @Bean
    DiskFloor diskFloor(NodeFolders folders, Platform platform, StorageProperties storage) {
        return new DiskFloor(platform, folders.state(), storage.floor());
    }

    @Bean
    DiskReserve diskReserve(NodeFolders folders, DiskFloor floor) {
        return new DiskReserve(folders.reserve(), floor);
    }

    @Bean
    RepeatedTask reserveFilling(DiskReserve reserve) {
        return new RepeatedTask("reserve-filling", Duration.ofMinutes(1), reserve::refill);
    }

    @Bean
    HealthIndicator storageHealthIndicator(DiskFloor floor) {
        return new StorageHealth(floor);
    }

    @Bean
    RepeatedTask idleWorkspaces(Workspaces workspaces, StorageProperties storage, Clock clock) {
        return new RepeatedTask(
                "idle-workspaces",
                Duration.ofMinutes(1),
                () -> workspaces.removeIdle(clock.instant().minus(storage.workspaceIdle())));
    }

    @Bean
    HealthIndicator sandboxHealthIndicator(ProvenTiers tiers) {
        return new SandboxHealth(tiers);
    }

    @Bean
    Workspaces workspaces(NodeFolders folders, NodeProperties properties, Platform platform) throws IOException {
        return new Workspaces(platform, folders.workspaces(), properties.toolUserOrNull());
    }

    @Bean
    SandboxProcessRunnerPolicy processRunnerPolicy(NodeFolders folders, NodeProperties properties, Platform platform)
            throws IOException {
        return new SandboxProcessRunnerPolicy(
                new ExecutableStore(platform, properties.offered(platform.family()), folders.executables()),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                properties.interpreters());
    }

    @Bean
    Toolbox toolbox(
            SandboxProcessRunnerPolicy policy,
            ProvenTiers tiers,
            NodeProperties properties,
            StorageProperties storage,
            Platform platform,
            SkillModules skills,
            Gateway gateway,
            Clock clock) {
        int files = storage.workspaceFiles();
        return new Toolbox(
                new BuiltInTools(platform, properties.toolUserOrNull(), clock, files),
                new HttpFetchTool(gateway, clock),
                new ProcessRunTool(policy, tiers, platform, gateway, files),
                new SkillTool(skills, gateway, platform, properties.toolUserOrNull(), clock, files));
    }

    @Bean
    SkillModules skillModules(ControlClient control) {
        return new SkillModules(new SkillPackages() {
            @Override
            public byte[] fetch(Digest digest) throws IOException {
                return control.skillPackage(digest);
            }

            @Override
            public byte[] signature(Digest digest, String workspaceId) throws IOException {
                return control.skillSignature(digest, workspaceId);
            }
        });
    }

    /** The engine goes through a module of our own before the node offers skills; again where that failed. */
    @Bean
    RepeatedTask skillWarmUp(SkillModules skills) {
        return new RepeatedTask("skill-warm-up", Duration.ofMinutes(1), skills::warmUp);
    }

    @Bean
    OfferedRuntimes offeredRuntimes(
            ProvenTiers tiers, SandboxProcessRunnerPolicy policy, DiskFloor floor, SkillModules skills) {
        return new OfferedRuntimes(tiers, policy.names(), policy.interpreters(), floor, skills::ready);
    }

    @Bean
    LedgerProofs ledgerProofs(FleetClients fleet) {
        return new FleetLedgerProofs(fleet, "executor-service");
    }

    @Bean
    NodeStanding claimsHealthIndicator(Clock clock) {
        return new NodeStanding(clock);
    }

    @Bean
    ControlClient controlClient(FleetClients fleet, NodeStanding standing) {
        return new ControlClient(fleet, ClaimLoop.WAIT, standing);
    }

    @Bean
    ResultSpool resultSpool(NodeFolders folders, Platform platform) throws IOException {
        return new ResultSpool(platform, folders.results());
    }

    @Bean
    RunJournal runJournal(NodeFolders folders, Platform platform, Clock clock) throws IOException {
        return new RunJournal(platform, folders.journal(), clock);
    }

    @Bean
    CallRunner callRunner(
            StatementVerifier verifier,
            IdentityInForce identity,
            NodeProperties properties,
            ApproverProperties approvers,
            ControlClient control,
            Toolbox tools,
            OfferedRuntimes offer,
            Workspaces workspaces,
            RunJournal journal,
            DiskReserve reserve,
            ResultDelivery delivery,
            NodeStanding standing,
            SecretRedemption redemption,
            Clock clock,
            Traces traces,
            NodeMetrics metrics) {
        SpiffeId self = identity.spiffeId();
        if (self.kind() != SpiffeId.Kind.EXECUTOR
                || !self.pool().equals(properties.pool())
                || !self.name().equals(properties.name())) {
            throw new IllegalStateException("sallyport.node.pool and sallyport.node.name say " + properties.pool() + "/"
                    + properties.name() + ", the certificate says " + self + ".");
        }
        return new CallRunner(
                new ClaimVerifier(verifier, self, approvers.pinned(), clock),
                control,
                tools,
                offer::now,
                workspaces,
                journal,
                reserve,
                delivery,
                new ResultStatement(identity, clock),
                standing,
                redemption,
                properties.endPatience(),
                clock,
                traces,
                metrics);
    }

    @Bean
    ResultDelivery resultDelivery(ResultSpool spool, DiskReserve reserve, ControlClient control) {
        return new ResultDelivery(
                spool,
                result -> reserve.use(() -> {
                    spool.put(result);
                    return result;
                }),
                control::finish);
    }

    @Bean
    RepeatedTask spooledDelivery(ResultDelivery delivery) {
        return new RepeatedTask("result-delivery", Duration.ofSeconds(2), delivery::deliverSpooled);
    }

    @Bean
    RepeatedTask journalCleaning(RunJournal journal) {
        return new RepeatedTask("journal-cleaning", Duration.ofMinutes(10), journal::clean);
    }

    @Bean
    ClaimLoop claimLoop(
            ControlClient control,
            CallRunner runner,
            ProvenTiers tiers,
            OfferedRuntimes offer,
            NodeProperties properties,
            NodeStanding standing,
            RunJournal journal,
            ResultDelivery delivery) {
        return new ClaimLoop(
                control, runner, tiers, offer::claimable, properties, standing, journal.id(), delivery::deliverSpooled);
    }
}
