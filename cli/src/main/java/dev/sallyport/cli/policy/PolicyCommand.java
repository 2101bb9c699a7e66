package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.CommandGroup;
import dev.sallyport.cli.policy.whatif.CoverageCommand;
import dev.sallyport.cli.policy.whatif.ExplainPolicyCommand;
import dev.sallyport.cli.policy.whatif.ReplayCommand;
import dev.sallyport.cli.policy.whatif.WhatIfCommand;
import picocli.CommandLine.Command;

/** {@code sallyport policy}: which policies decide over the fleet. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Check, upload, activate and roll back policy sets.",
        subcommands = {
            ValidatePolicyCommand.class,
            TestPolicyCommand.class,
            UploadPolicyCommand.class,
            ListPoliciesCommand.class,
            ShowPolicyCommand.class,
            DiffPolicyCommand.class,
            ActivatePolicyCommand.class,
            RollBackPolicyCommand.class,
            ListActivationsCommand.class,
            ListPolicyChangesCommand.class,
            ConfirmPolicyChangeCommand.class,
            WithdrawPolicyChangeCommand.class,
            DeletePolicyCommand.class,
            ExplainPolicyCommand.class,
            WhatIfCommand.class,
            ReplayCommand.class,
            CoverageCommand.class
        },
        footer = {
            "A set is a folder with policies in hard/ and approval/ and tests in tests/. The shipped baseline is always",
            "part of what decides. A change of the hard tier waits for a second person where there is one."
        })
public final class PolicyCommand extends CommandGroup {}
