package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetProperties;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** The way from the console to policy-service's pages, which share its session. */
@ControllerAdvice(assignableTypes = {ConsoleController.class, HistoryController.class})
class PolicyLink {
    private final @Nullable URI pages;

    PolicyLink(FleetProperties fleet) {
        this.pages = fleet.policyPagesUrl();
    }

    /** The pages' address; null where none is configured, and for a person whom the pages would refuse. */
    @ModelAttribute("policyPages")
    @Nullable
    String address(Caller caller) {
        Principal viewer = caller.principal();
        return pages == null || viewer == null || !viewer.may(Permission.TOOL_READ) ? null : pages.toString();
    }
}
