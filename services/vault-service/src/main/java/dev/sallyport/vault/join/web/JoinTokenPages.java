package dev.sallyport.vault.join.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.vault.join.JoinTokens;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** The join tokens that were given out, as a page. A session makes none. */
@PageController
class JoinTokenPages {
    private static final String HOME = "/vault/join-tokens";

    private final JoinTokens tokens;

    JoinTokenPages(JoinTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * A token.
     *
     * @param standing its state, in words
     */
    record Row(String label, String spiffeId, String state, String standing, String made, String until) {
        static Row of(JoinTokens.Given token) {
            return new Row(
                    token.label(),
                    token.spiffeId(),
                    token.state(),
                    switch (token.state()) {
                        case "waiting" -> token.readmits() ? "waits, and lets another holder in" : "waits to be used";
                        case "used" -> "used";
                        case "superseded" -> "ended: another token of this name was used";
                        default -> "ended unused";
                    },
                    "made " + PageTime.inWords(token.createdAt()) + " by " + token.createdBy(),
                    PageTime.inWords(token.expiresAt()));
        }
    }

    @GetMapping(HOME)
    @Requires(Permission.NODE_READ)
    ModelAndView list(Caller caller, PageRequest asked) {
        Map<String, @Nullable Object> model = PageModel.of("join-tokens", caller);
        PageModel.viewer(caller);
        Page<JoinTokens.Given> found = tokens.list(asked);
        model.put("tokens", found.map(Row::of).items());
        model.put("older", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        return new ModelAndView("join-tokens", model);
    }
}
