package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.IdentityException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport ca kubernetes}: {@code ca init} for a cluster, run by a Job. */
@Command(
        name = "kubernetes",
        mixinStandardHelpOptions = true,
        description = "Make the fleet's authorities once and keep them in Secrets of the cluster that this runs in.",
        footer = {
            "  sallyport ca kubernetes --namespace sallyport --nodes-namespace sallyport-nodes",
            "",
            "A repeat makes what is missing and issues the owner's device certificate again. Take the Secrets",
            "sallyport-root and sallyport-root-protector out of the cluster afterwards: kubectl get -o yaml,",
            "then kubectl delete."
        })
final class CaKubernetesCommand extends FleetCommand {
    private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";

    @Option(names = "--namespace", required = true, paramLabel = "NAME", description = "Namespace of the services.")
    private String namespace = "";

    @Option(names = "--nodes-namespace", paramLabel = "NAME", description = "Namespace of the nodes, if another.")
    private @Nullable String nodesNamespace;

    @Option(
            names = "--api-server",
            paramLabel = "URL",
            description = "The API server (default: the cluster's own name).")
    private URI apiServer = URI.create("https://kubernetes.default.svc");

    @Option(names = "--api-token", paramLabel = "FILE", description = "Our token for it (default: where pods have it).")
    private Path tokenFile = Path.of(MOUNT + "token");

    @Option(names = "--api-ca", paramLabel = "FILE", description = "Its CA (default: where pods have it).")
    private Path caFile = Path.of(MOUNT + "ca.crt");

    @Override
    protected ExitCode run() {
        try (KubernetesApi api = new KubernetesApi(apiServer, tokenFile, caFile)) {
            ClusterFleet fleet =
                    new ClusterFleet(api, namespace, root().surroundings().clock());
            boolean made = fleet.make();
            fleet.publishTrust(namespace);
            if (nodesNamespace != null) {
                fleet.publishTrust(nodesNamespace);
            }
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("namespace", namespace)
                            .put("fleet", made ? "made" : "kept"));
            return ExitCode.OK;
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("the fleet's files cannot be made: " + e, e);
        }
    }
}
