package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells other services which of their statements were applied here, so that they may forget to send them again. */
@RestController
@FleetOnly
class AppliedController {
    private static final int MAX_DIGESTS = 1000;

    private final JdbcClient jdbc;

    AppliedController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Question(@Nullable List<@Nullable String> digests) {}

    record Answer(List<String> applied) {}

    /** Says which of these statements this service has applied, of the last 31 days. */
    @PostMapping("/internal/v1/applied")
    Answer applied(@RequestBody Question question) {
        List<@Nullable String> asked = question.digests();
        if (asked == null || asked.isEmpty() || asked.size() > MAX_DIGESTS) {
            throw invalid("digests", "must be a list of 1 to " + MAX_DIGESTS + " digests");
        }
        List<byte[]> digests = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            digests.add(digest("digests[" + i + "]", asked.get(i)));
        }
        return new Answer(jdbc.sql("select encode(digest, 'hex') from kit_inbox where digest in (:digests)")
                .param("digests", digests)
                .query(String.class)
                .list());
    }

    private static byte[] digest(String field, @Nullable String text) {
        try {
            return HexFormat.of().parseHex(new Digest(text == null ? "" : text).hex());
        } catch (IllegalArgumentException e) {
            throw invalid(field, "must be 64 lower-case hexadecimal digits");
        }
    }

    private static ProblemException invalid(String field, String expected) {
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "INVALID_REQUEST",
                "Name the statements to look for by their digests.",
                field,
                expected);
    }
}
