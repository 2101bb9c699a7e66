package dev.sallyport.cli.verify.report;

/** Collects what is wrong with one thing; if nothing is, the claim holds for it. */
public final class Finding {
    private final Report report;
    private final Claim claim;
    private final String about;
    private boolean sound = true;

    public Finding(Report report, Claim claim, String about) {
        this.report = report;
        this.claim = claim;
        this.about = about;
    }

    /** Records a failure unless the condition is true. */
    public Finding require(boolean condition, String otherwise) {
        if (!condition) {
            sound = false;
            report.fails(claim, about, otherwise);
        }
        return this;
    }

    /** Records that the claim holds, if nothing failed. */
    public void conclude() {
        if (sound) {
            report.holds(claim, about);
        }
    }
}
