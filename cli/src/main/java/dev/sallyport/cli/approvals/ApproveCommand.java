package dev.sallyport.cli.approvals;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.output.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals approve}: shows the request, asks, and approves it, once or for further calls too. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        description = "Show a request, ask, and approve it: once, or further calls like it too.",
        footer = {
            "  sallyport approvals approve 01JD0000000000000000000000",
            "  sallyport approvals approve 01JD0000000000000000000000 --prompt-digest $SEEN --reason 'weekly copy'",
            "  sallyport approvals approve 01JD0000000000000000000000 --for session --lasts 2h --uses 10",
            "  sallyport approvals approve 01JD0000000000000000000000 --for time --open any:/args/0 --open prefix:7:/args/1"
        })
final class ApproveCommand extends AnswerCommand {
    @Option(
            names = "--yes",
            description =
                    "Approve without asking or showing it; the answer says so, and from high up it does not count.")
    private boolean yes;

    @Option(
            names = "--prompt-digest",
            paramLabel = "SHA256",
            description = "Approve without asking, but only exactly this prompt, seen before.")
    private @Nullable String promptDigest;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode approval = read(client);
            if (promptDigest != null) {
                if (!promptDigest.equals(Json.text(approval, "prompt_digest"))) {
                    throw new CommandFailure.Usage(
                            "the prompt of this request is not the one with the digest " + promptDigest);
                }
            } else if (!yes && !confirmed(approval)) {
                results().note("It is not approved; nothing was sent.");
                return ExitCode.NEGATIVE;
            }
            answer(client, approval, "approve", !yes || promptDigest != null);
            return ExitCode.OK;
        }
    }

    private boolean confirmed(JsonNode approval) {
        PrintStream err = root().surroundings().err();
        err.print(ApprovalView.lines(approval));
        err.print("\nApprove " + further().inWords() + "? Type yes; anything else is no: ");
        err.flush();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(root().surroundings().in(), StandardCharsets.UTF_8));
        try {
            return "yes".equals(in.readLine());
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the answer: " + e.getMessage(), e);
        }
    }
}
