package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The pages' own files: a closed list, so that nothing else on the class path can ever be asked for. */
@Controller
class AssetsController {
    private static final MediaType CSS = MediaType.parseMediaType("text/css;charset=utf-8");
    private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=utf-8");
    private static final MediaType SVG = MediaType.parseMediaType("image/svg+xml");

    private final Map<String, Asset> assets = Map.of(
            "console.css", Asset.load("classpath:console/console.css", CSS),
            "console.js", Asset.load("classpath:console/console.js", SCRIPT),
            "icon.svg", Asset.load("classpath:console/icon.svg", SVG),
            "htmx.min.js", Asset.load("classpath:META-INF/resources/webjars/htmx.org/*/dist/htmx.min.js", SCRIPT));

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asset(byte[] bytes, MediaType type, String tag) {
        static Asset load(String pattern, MediaType type) {
            try {
                Resource[] found = new PathMatchingResourcePatternResolver().getResources(pattern);
                if (found.length != 1) {
                    throw new IllegalStateException(pattern + " is there " + found.length + " times");
                }
                byte[] bytes = found[0].getContentAsByteArray();
                return new Asset(bytes, type, '"' + Digest.of(bytes).hex() + '"');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @GetMapping("/console/assets/{name}")
    @OpenEndpoint("style and script of the sign-in page; nothing in them is secret")
    ResponseEntity<byte[]> asset(@PathVariable String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw ProblemException.notFound("there is no such file");
        }
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .eTag(asset.tag())
                .contentType(asset.type())
                .body(asset.bytes());
    }
}
