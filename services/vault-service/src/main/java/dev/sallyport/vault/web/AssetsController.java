package dev.sallyport.vault.web;

import dev.sallyport.pages.PageAssets;
import dev.sallyport.servicekit.access.OpenEndpoint;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pages' own files. */
@Controller
class AssetsController {
    private final PageAssets assets = new PageAssets("classpath:console/vault.css");

    @GetMapping("/vault/assets/{name}")
    @OpenEndpoint("style of the page that says where to sign in; nothing in it is secret")
    ResponseEntity<byte[]> asset(@PathVariable String name) {
        return assets.named(name);
    }
}
