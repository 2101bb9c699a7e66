package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetProperties;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** The ways from the console to the other services' pages, which share its session. */
@ControllerAdvice(
        assignableTypes = {
            ConsoleController.class,
            HistoryController.class,
            GrantPages.class,
            BatchPages.class,
            KeyPages.class
        })
class PageLinks {
    private final @Nullable URI policy;
    private final @Nullable URI ledger;
    private final @Nullable URI vault;

    PageLinks(FleetProperties fleet) {
        this.policy = fleet.policyPagesUrl();
        this.ledger = fleet.ledgerPagesUrl();
        this.vault = fleet.vaultPagesUrl();
    }

    /** policy-service's pages; null where none are configured, and for a person whom they would refuse. */
    @ModelAttribute("policyPages")
    @Nullable
    String policy(Caller caller) {
        return address(policy, caller, Permission.TOOL_READ);
    }

    /** attestation-service's pages; null where none are configured, and for a person whom they would refuse. */
    @ModelAttribute("ledgerPages")
    @Nullable
    String ledger(Caller caller) {
        return address(ledger, caller, Permission.LEDGER_READ);
    }

    /** vault-service's pages; null where none are configured, and for a person whom they would refuse. */
    @ModelAttribute("vaultPages")
    @Nullable
    String vault(Caller caller) {
        return address(vault, caller, Permission.VAULT_READ);
    }

    private static @Nullable String address(@Nullable URI pages, Caller caller, Permission needed) {
        Principal viewer = caller.principal();
        return pages == null || viewer == null || !viewer.may(needed) ? null : pages.toString();
    }
}
