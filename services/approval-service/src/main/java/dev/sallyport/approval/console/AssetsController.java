package dev.sallyport.approval.console;

import dev.sallyport.pages.PageAssets;
import dev.sallyport.servicekit.access.OpenEndpoint;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pages' own files. */
@Controller
class AssetsController {
    private final PageAssets assets = new PageAssets(
            "classpath:console/console.css",
            "classpath:console/console.js",
            "classpath:console/passkeys.js",
            "classpath:META-INF/resources/webjars/htmx.org/*/dist/htmx.min.js");

    @GetMapping("/console/assets/{name}")
    @OpenEndpoint("style and script of the sign-in page; nothing in them is secret")
    ResponseEntity<byte[]> asset(@PathVariable String name) {
        return assets.named(name);
    }
}
