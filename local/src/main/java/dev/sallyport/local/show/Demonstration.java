package dev.sallyport.local.show;

import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.local.fleet.FleetContext;
import dev.sallyport.local.home.Part;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The rest of the main job without a person: the owner answers, the evidence is exported and verified offline. */
public final class Demonstration {
    private static final Duration LEDGER_LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 250;

    private final FleetContext context;
    private final Clock clock;
    private final PrintStream out;

    /** Prints to that stream. */
    public Demonstration(FleetContext context, Clock clock, PrintStream out) {
        this.context = context;
        this.clock = clock;
        this.out = out;
    }

    /** Approves the waiting call, waits for its end, and leaves the verified bundles in {@code evidence}. */
    public void finish(MainJob.Calls calls, String agentToken) {
        Path owner = context.home().identities().resolve("owner");
        try (FleetClient client = FleetClient.withIdentity(owner, clock)) {
            out.println("4. The owner reads what would run and approves it");
            approve(client, calls.approvalId());
            JsonNode ended = client.get(
                            context.ports().publicUrl(Part.POLICY) + "/v1/proposals/" + calls.waiting() + "?wait=60",
                            agentToken)
                    .successful()
                    .json();
            if (!ended.path("state").path("outcome").asString().equals("succeeded")) {
                throw new ShowFailedException("The approved call should have run: " + ended);
            }
            out.println("   it ran in sandbox tier "
                    + ended.path("result").path("tier").asString());
            out.println("5. The evidence of all three, verified offline from files alone");
            Path claims = context.home().folder().resolve("evidence").resolve("claims.txt");
            remove(claims);
            for (String call : List.of(calls.allowed(), calls.denied(), calls.waiting())) {
                verify(export(client, call), claims);
            }
            out.println();
            out.println("All of it worked. Evidence: " + claims.getParent() + ", every claim: " + claims);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ShowFailedException(file + " cannot be removed: " + e, e);
        }
    }

    private void approve(FleetClient client, String approvalId) {
        String approvals = context.ports().internalUrl(Part.APPROVAL) + "/v1/approvals/" + approvalId;
        JsonNode record = eventually(client, approvals, any -> true);
        client.post(
                        approvals + ":approve",
                        Map.of(
                                "prompt_digest",
                                record.required("prompt_digest").asString(),
                                "scope",
                                "once",
                                "reason",
                                "Demonstration"))
                .successful();
    }

    /** Asks until the answer is 200 and is what is awaited. Statements take a moment from service to service. */
    private static JsonNode eventually(FleetClient client, String url, Predicate<JsonNode> awaited) {
        long end = System.nanoTime() + LEDGER_LIMIT.toNanos();
        while (true) {
            Answer answer = client.get(url, null);
            if (answer.status() == 200 && awaited.test(answer.json())) {
                return answer.json();
            }
            boolean passing = answer.status() == 200 || answer.status() == 404;
            if (!passing || System.nanoTime() - end > 0) {
                throw answer.failure();
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShowFailedException("interrupted", e);
        }
    }

    /** Asks until the ledger holds the call's end; a bundle made before would not verify. */
    private Path export(FleetClient client, String call) {
        String cases = context.ports().internalUrl(Part.ATTESTATION) + "/v1/cases/" + call;
        // Waits there rather than asking again: every reading of a case is an entry of the ledger.
        eventually(client, cases + "?wait=30", record -> record.path("complete").asBoolean(false));
        byte[] bundle = client.get(cases + "/bundle", null).successful().body();
        Path folder = context.home().folder().resolve("evidence");
        Path file = folder.resolve(call + ".sallyport.zip");
        try {
            Files.createDirectories(folder);
            OwnerOnly.replace(file, bundle);
            return file;
        } catch (IOException e) {
            throw new ShowFailedException(file + " cannot be written: " + e, e);
        }
    }

    /**
     * Verifies with the command that anybody would use, in a process of its own, from the files alone. What it says
     * goes to the file of claims; its last line, the verdict, is shown.
     */
    private void verify(Path bundle, Path claims) {
        List<String> command = List.of(
                context.programs().java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                context.programs().built("cli").toString(),
                "verify",
                bundle.toString(),
                "--trust",
                context.home().folder().resolve("trust.json").toString());
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            Files.writeString(
                    claims,
                    bundle.getFileName() + "\n" + said + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            if (exit != 0) {
                out.println(said);
                throw new ShowFailedException("sallyport verify " + bundle + " ended with " + exit);
            }
            out.println("   " + bundle.getFileName() + ": " + verdict(said));
        } catch (IOException e) {
            throw new ShowFailedException("sallyport verify cannot be started: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShowFailedException("interrupted", e);
        }
    }

    private static String verdict(String said) {
        return said.strip().lines().toList().getLast();
    }
}
