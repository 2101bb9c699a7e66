package dev.sallyport.cli.approvals;

import dev.sallyport.cli.approvals.webhooks.WebhooksCommand;
import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport approvals}: what waits for a human, and the answer. */
@Command(
        name = "approvals",
        mixinStandardHelpOptions = true,
        description = "See what waits for a human and answer it.",
        subcommands = {
            ListApprovalsCommand.class,
            ShowApprovalCommand.class,
            WatchApprovalsCommand.class,
            ApproveCommand.class,
            DenyCommand.class,
            ExportApprovalsCommand.class,
            ListGrantsCommand.class,
            RevokeGrantCommand.class,
            ListKeysCommand.class,
            RemoveKeyCommand.class,
            WebhooksCommand.class
        })
public final class ApprovalsCommand extends CommandGroup {}
