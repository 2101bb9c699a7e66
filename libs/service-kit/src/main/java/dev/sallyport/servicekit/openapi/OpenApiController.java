package dev.sallyport.servicekit.openapi;

import dev.sallyport.servicekit.access.OpenEndpoint;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves the OpenAPI document of the service. */
@RestController
final class OpenApiController {
    private final Resource document;

    OpenApiController(Resource document) {
        this.document = document;
    }

    /**
     * This document.
     *
     * <p>It is the one that this version of the service was built and tested with.
     */
    @GetMapping(path = "/v1/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    @OpenEndpoint("it describes the interface, as the sources do, and tells nothing of any workspace")
    ResponseEntity<Resource> document() {
        return ResponseEntity.ok(document);
    }
}
