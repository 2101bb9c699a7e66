package dev.sallyport.executor.doctor;

import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;
import java.util.Set;

/**
 * What this host can enforce.
 *
 * @param uid the user that this process runs as
 * @param cgroups control group mechanisms that are writable
 * @param degraded what holds by weaker means than it could, and what to change, a sentence each
 */
public record DoctorReport(
        String os,
        String kernel,
        String arch,
        int uid,
        Set<String> cgroups,
        List<String> degraded,
        List<TierReport> tiers) {
    /** Whether all that this host could have was proven. */
    public boolean complete() {
        return tiers.stream().allMatch(TierReport::available);
    }

    /** Whether the tier was proven. */
    public boolean offers(Tier tier) {
        return tiers.stream().anyMatch(report -> report.tier() == tier && report.available());
    }
}
