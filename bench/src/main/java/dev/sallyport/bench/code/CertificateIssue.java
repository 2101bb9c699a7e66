package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.util.List;

/** A TLS certificate from a request, with the request's proof of possession, against one P-256 verify and one sign. */
public final class CertificateIssue implements Benchmark {
    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        double before = Jmh.micros(run, Certificates.class, "verifyAndSign");
        double issue = Jmh.micros(run, Certificates.class, "issue");
        double again = Jmh.micros(run, Certificates.class, "verifyAndSign");
        return List.of(Row.judged(
                "certificate issue",
                issue,
                "us",
                new Floor(before, again),
                (before + again) / 2 / issue,
                Bar.atLeast(0.55)));
    }
}
