package dev.sallyport.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.servicetest.api.ApiDocument;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class EndpointsTest {
    private final RunningApproval service = RunningApproval.shared();

    @Test
    void everyEndpointSaysWhomItIsFor() {
        EndpointDocument.verify(service.context(), "approval-service");
        assertThat(EndpointPermissionWalk.endpoints(service.context()))
                .extracting(endpoint -> endpoint.getBeanType().getSimpleName())
                .contains("ApprovalsController", "ConsoleController", "SignInController", "SessionsController");
    }

    @Test
    void theInterfaceIsDocumented() {
        ApiDocument.verify(service);
    }

    @Test
    void nothingIsDecidedByReading() {
        List<String> deciding = service
                .context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue().getMethod().getName().matches("approve|deny|revoke|signIn|signOut"))
                .map(entry -> {
                    assertThat(entry.getKey().getMethodsCondition().getMethods())
                            .containsExactly(RequestMethod.POST);
                    return entry.getValue().getMethod().getName();
                })
                .toList();
        assertThat(deciding).contains("approve", "deny", "revoke", "signIn", "signOut");
    }

    @Test
    void pagesAreOnThePublicConnectorAndInternalsOnTheOther() {
        assertThat(Api.withCertificate(service, "policy-service")
                        .get("/console/sign-in")
                        .status())
                .isEqualTo(404);
        assertThat(Api.anonymous(service)
                        .post("/internal/v1/sessions:introspect", "{\"token\":\"x\"}")
                        .status())
                .isEqualTo(404);
        assertThat(Api.withCertificate(service, "policy-service")
                        .post("/internal/v1/sessions:introspect", "{\"token\":\"x\"}")
                        .body()
                        .path("active")
                        .asBoolean(true))
                .isFalse();
        assertThat(Api.anonymous(service).get("/console/sign-in").status()).isEqualTo(200);
    }
}
