package dev.sallyport.pages;

import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * The files that pages load: those of all services and a service's own. A closed list, so that nothing else on the class
 * path can ever be asked for.
 */
public final class PageAssets {
    private static final List<String> SHARED =
            List.of("classpath:pages/pages.css", "classpath:pages/pages.js", "classpath:pages/icon.svg");

    private final Map<String, Asset> assets = new HashMap<>();

    /**
     * The shared files and these.
     *
     * @param own resource patterns, each of exactly one file
     */
    public PageAssets(String... own) {
        SHARED.forEach(this::add);
        for (String pattern : own) {
            add(pattern);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asset(byte[] bytes, MediaType type, String tag) {}

    /**
     * The file of this name.
     *
     * @throws ProblemException 404 when there is none
     */
    public ResponseEntity<byte[]> named(String name) {
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

    private void add(String pattern) {
        try {
            Resource[] found = new PathMatchingResourcePatternResolver().getResources(pattern);
            if (found.length != 1) {
                throw new IllegalStateException(pattern + " is there " + found.length + " times");
            }
            byte[] bytes = found[0].getContentAsByteArray();
            String name = pattern.substring(pattern.lastIndexOf('/') + 1);
            assets.put(name, new Asset(bytes, type(name), '"' + Digest.of(bytes).hex() + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MediaType type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> MediaType.parseMediaType("text/css;charset=utf-8");
            case "js" -> MediaType.parseMediaType("text/javascript;charset=utf-8");
            case "svg" -> MediaType.parseMediaType("image/svg+xml");
            default -> throw new IllegalStateException("no type is known for " + name);
        };
    }
}
