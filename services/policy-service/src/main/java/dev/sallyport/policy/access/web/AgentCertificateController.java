package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.AgentCertificates;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Which agents the certificates of agents stand for. */
@RestController
class AgentCertificateController {
    private final AgentCertificates certificates;
    private final Grantors grantors;

    AgentCertificateController(AgentCertificates certificates, Grantors grantors) {
        this.certificates = certificates;
        this.grantors = grantors;
    }

    record BindingView(String certificate, String principal, String accountable, Instant boundAt) {
        static BindingView of(AgentCertificates.Binding binding) {
            return new BindingView(
                    binding.certificate(), binding.principal(), binding.accountable(), binding.boundAt());
        }
    }

    /**
     * A request.
     *
     * @param name the last part of the SPIFFE id of the agent's certificate
     * @param principal {@code agent:} and its name
     */
    record NewBinding(
            @NotNull @Size(max = 100) String name,
            @NotNull @Size(max = 100) String principal) {}

    /**
     * Lets an agent of the caller's workspace act by its certificate alone.
     *
     * <p>The certificate then stands for that agent, as a token would. Whoever binds it answers for the agent's calls. Asked
     * for again, it changes nothing. A session of a page binds none.
     */
    @PostMapping("/v1/agent-certificates")
    @Requires(Permission.DEVICE_MANAGE)
    @ResponseStatus(HttpStatus.CREATED)
    BindingView bind(Caller caller, @Valid @RequestBody NewBinding request) {
        return BindingView.of(certificates.bind(grantors.of(caller), request.name(), request.principal()));
    }

    /** Lists the certificates that stand for agents of the caller's workspace, by name. */
    @GetMapping("/v1/agent-certificates")
    @Requires(Permission.DEVICE_READ)
    Page<BindingView> list(Caller caller, PageRequest page) {
        return certificates.list(caller.principalOrRefuse().workspaceId(), page).map(BindingView::of);
    }

    /**
     * Ends what an agent's certificate stands for.
     *
     * <p>The certificate itself counts on; vault-service revokes it.
     *
     * @param name the last part of its SPIFFE id
     */
    @DeleteMapping("/v1/agent-certificates/{name}")
    @Requires(Permission.DEVICE_MANAGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unbind(Caller caller, @PathVariable String name) {
        certificates.unbind(grantors.of(caller), name);
    }
}
