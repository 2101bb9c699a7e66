package dev.sallyport.attestation.log.web;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.TlogException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Serves the log as c2sp.org/tlog-tiles says. */
@RestController
@OpenEndpoint(
        value = "Witnesses and auditors' tools read the log without an account; statements hold no personal content",
        internalToo = true)
class LogController {
    private static final CacheControl FOR_EVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();
    private static final MediaType NOTE = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final LogReader log;

    LogController(LogReader log) {
        this.log = log;
    }

    @GetMapping("/checkpoint")
    ResponseEntity<byte[]> checkpoint() {
        PublishedCheckpoint latest = log.checkpoint().orElseThrow(LogProblems::unpublished);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .contentType(NOTE)
                .body(latest.note());
    }

    @GetMapping("/tile/{*path}")
    ResponseEntity<byte[]> tile(@PathVariable("path") String path) {
        LogPath part;
        try {
            part = LogPath.parse("tile" + path);
        } catch (TlogException.MalformedTile e) {
            throw ProblemException.notFound("The log has no such tile: " + e.getMessage() + ".");
        }
        byte[] content = log.part(part)
                .orElseThrow(() -> ProblemException.notFound("No published tree has this tile in this width."));
        return ResponseEntity.ok()
                .cacheControl(FOR_EVER)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(content);
    }
}
