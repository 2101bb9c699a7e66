package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport approvals webhooks}: addresses that are told when people are asked, and when they need not answer. */
@Command(
        name = "webhooks",
        mixinStandardHelpOptions = true,
        description = "Have a chat or a program told when people are asked, and when they need not answer any more.",
        subcommands = {
            AddWebhookCommand.class,
            ListWebhooksCommand.class,
            RemoveWebhookCommand.class,
            TestWebhookCommand.class,
            ListMessagesCommand.class,
            RedeliverCommand.class
        })
public final class WebhooksCommand extends CommandGroup {}
