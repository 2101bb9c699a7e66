package dev.sallyport.policy.access.web;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.policy.access.AccessException;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.access.TokenRegistry;
import dev.sallyport.policy.access.token.ApiToken;
import dev.sallyport.policy.access.web.TokenController.IssuedToken;
import dev.sallyport.policy.access.web.TokenController.NewToken;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.ModelAndView;

/** API tokens as pages. A token is shown once, in the answer to the form that asked for it. */
@PageController
class TokenPages {
    private static final String HOME = "/policy/tokens";
    private static final List<String> PERMISSIONS =
            Arrays.stream(Permission.values()).map(Permission::code).toList();
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wire).toList();

    private final TokenRegistry tokens;
    private final TokenController api;
    private final FormCheck forms;
    private final Clock clock;

    TokenPages(TokenRegistry tokens, TokenController api, FormCheck forms, Clock clock) {
        this.tokens = tokens;
        this.api = api;
        this.forms = forms;
        this.clock = clock;
    }

    /** A token in the list. */
    record Row(
            String id,
            String principal,
            VisibleText label,
            String scopes,
            String channels,
            String by,
            String createdAt,
            String expiresAt,
            String state) {}

    private Row row(ApiToken token) {
        boolean expired = !token.expiresAt().isAfter(clock.instant());
        return new Row(
                token.tokenId(),
                token.principal(),
                VisibleText.of(token.label()),
                token.scopes().isEmpty() ? "all of its principal's" : String.join(", ", token.scopes()),
                String.join(", ", token.channels()),
                token.accountable(),
                PageTime.inWords(token.createdAt()),
                PageTime.inWords(token.expiresAt()),
                token.revokedAt() != null ? "revoked" : expired ? "expired" : "good");
    }

    /** The form as it was sent, so that a refusal loses nothing of it. */
    record Form(
            @Nullable String kind,
            @Nullable String name,
            @Nullable String label,
            @Nullable String channels,
            @Nullable String days,
            @Nullable List<String> roles,
            @Nullable List<String> scopes) {
        static final Form EMPTY = new Form("agent", "", "", "api", "90", List.of(), List.of());

        /** As the API takes it: what is left out there is left out here. */
        Map<String, Object> request() {
            Map<String, Object> request = new HashMap<>();
            request.put("kind", text(kind));
            request.put("name", text(name));
            request.put("label", text(label));
            request.put(
                    "channels",
                    text(channels).isEmpty()
                            ? List.of("api")
                            : List.of(text(channels).split("[,\\s]+")));
            // What is no number is refused as the API refuses it.
            request.put("expires_in_days", text(days).matches("[0-9]{1,9}") ? Integer.valueOf(text(days)) : text(days));
            if (roles != null && !roles.isEmpty()) {
                request.put("roles", roles);
            }
            if (scopes != null && !scopes.isEmpty()) {
                request.put("scopes", scopes);
            }
            return request;
        }

        private static String text(@Nullable String sent) {
            return sent == null ? "" : sent.strip();
        }
    }

    @GetMapping(HOME)
    @Requires(Permission.TOKEN_MANAGE)
    ModelAndView list(Caller caller, PageRequest page) {
        return list(caller, page, HttpStatus.OK, null, Form.EMPTY);
    }

    private ModelAndView list(Caller caller, PageRequest page, HttpStatus status, @Nullable String problem, Form form) {
        Map<String, @Nullable Object> model = PageModel.of("tokens", caller);
        Page<ApiToken> found = tokens.list(PageModel.viewer(caller).workspaceId(), page);
        model.put("tokens", found.map(this::row).items());
        model.put("next", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        model.put("permissions", PERMISSIONS);
        model.put("roles", ROLES);
        model.put("form", form);
        model.put("problem", problem);
        return new ModelAndView("tokens", model, status);
    }

    @PostMapping(HOME)
    @Requires(Permission.TOKEN_MANAGE)
    ModelAndView issue(Caller caller, Form form) {
        PageModel.viewer(caller);
        PageRequest first = new PageRequest(PageRequest.DEFAULT_LIMIT, null);
        IssuedToken issued;
        try {
            issued = Objects.requireNonNull(api.issue(caller, forms.read(form.request(), NewToken.class))
                    .getBody());
        } catch (AccessException e) {
            return list(caller, first, AccessProblems.status(e), e.getMessage(), form);
        } catch (ProblemException e) {
            return list(caller, first, e.status(), FormCheck.inWords(e), form);
        }
        Map<String, @Nullable Object> model = PageModel.of("tokens", caller);
        model.put("secret", issued.token());
        model.put("principal", issued.view().principal());
        model.put("expiresAt", PageTime.inWords(issued.view().expiresAt()));
        return new ModelAndView("token-issued", model, HttpStatus.CREATED);
    }

    @PostMapping(HOME + "/{id}/revoke")
    @Requires(Permission.TOKEN_MANAGE)
    ModelAndView revoke(Caller caller, @PathVariable String id) {
        PageModel.viewer(caller);
        api.revoke(caller, id);
        return SeeOther.to(HOME);
    }

    @ExceptionHandler
    ModelAndView onRefusal(AccessException e) {
        return ProblemPage.of(AccessProblems.status(e), e.getMessage());
    }
}
