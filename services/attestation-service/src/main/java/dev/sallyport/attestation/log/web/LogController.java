package dev.sallyport.attestation.log.web;

import dev.sallyport.attestation.log.LogReader;
import dev.sallyport.attestation.log.PublishedCheckpoint;
import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.attestation.reading.ReadingLog;
import dev.sallyport.attestation.reading.ReadingStore.Reading;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.InfrastructureOnly;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.TlogException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the log as c2sp.org/tlog-tiles says. Checkpoints and hashes are for everybody: they prove, and tell nothing.
 * Entries say who did what in every workspace, so they are for those who may read the ledger and for the machines that
 * keep a copy of it.
 */
@RestController
class LogController {
    private static final String PROOF =
            "Witnesses compare checkpoints and hashes without an account; these tell nothing";
    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final MediaType PEM = MediaType.parseMediaType("application/pem-certificate-chain");
    private static final MediaType NOTE = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final LogReader log;
    private final ReadingLog readings;

    LogController(LogReader log, ReadingLog readings) {
        this.log = log;
        this.readings = readings;
    }

    /** Serves the latest signed checkpoint of the log (c2sp.org/tlog-tiles). */
    @GetMapping("/checkpoint")
    @OpenEndpoint(value = PROOF, internalToo = true)
    ResponseEntity<byte[]> checkpoint() {
        PublishedCheckpoint latest = log.checkpoint().orElseThrow(LogProblems::unpublished);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .contentType(NOTE)
                .body(latest.note());
    }

    /**
     * Serves a tile of hashes of the log (c2sp.org/tlog-tiles).
     *
     * @param path level and number of the tile, as c2sp.org/tlog-tiles writes them
     */
    @GetMapping("/tile/{*path}")
    @OpenEndpoint(value = PROOF, internalToo = true)
    ResponseEntity<byte[]> tile(@PathVariable("path") String path) {
        if (!(part(path) instanceof TileId tile)) {
            // However the path was spelled: entries are served below, to those who may read them.
            throw ProblemException.notFound("The log has no such tile of hashes.");
        }
        return served(tile, CacheControl.maxAge(FOR_EVER).cachePublic().immutable());
    }

    /**
     * Serves a bundle of entries of the log (c2sp.org/tlog-tiles), of all workspaces.
     *
     * @param path number of the bundle, as c2sp.org/tlog-tiles writes it
     */
    @GetMapping("/tile/entries/{*path}")
    @Requires(Permission.LEDGER_READ)
    @InfrastructureOnly(
            value = {"mirror", "witness"},
            internalToo = true)
    ResponseEntity<byte[]> entries(Caller caller, @PathVariable("path") String path) {
        LogPath bundle = part("/entries" + path);
        ResponseEntity<byte[]> answer =
                served(bundle, CacheControl.maxAge(FOR_EVER).cachePrivate().immutable());
        readings.note(Reading.entries(Reader.of(caller)));
        return answer;
    }

    private static LogPath part(String path) {
        try {
            return LogPath.parse("tile" + path);
        } catch (TlogException.MalformedTile e) {
            throw ProblemException.notFound("The log has no such tile: " + e.getMessage() + ".");
        }
    }

    private ResponseEntity<byte[]> served(LogPath part, CacheControl caching) {
        byte[] content = log.part(part)
                .orElseThrow(() -> ProblemException.notFound("No published tree has this tile in this width."));
        return ResponseEntity.ok()
                .cacheControl(caching)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(content);
    }

    /**
     * Serves the chain of a signer's certificate, which a key-bound statement names.
     *
     * <p>Entries are checked with it.
     *
     * @param sha256 SHA-256 of the certificate, 64 lower-case hexadecimal digits
     */
    @GetMapping("/v1/certificates/{sha256}")
    @Requires(Permission.LEDGER_READ)
    @InfrastructureOnly({"mirror", "witness"})
    ResponseEntity<String> certificate(@PathVariable("sha256") String sha256) {
        return log.certificate(digest(sha256))
                .map(chain -> ResponseEntity.ok().contentType(PEM).body(chain))
                .orElseThrow(() -> ProblemException.notFound("No statement in the log is signed under it."));
    }

    private static Digest digest(String text) {
        try {
            return new Digest(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.notFound(
                    "A certificate is named by the SHA-256 of its DER, in 64 lower-case digits.");
        }
    }
}
