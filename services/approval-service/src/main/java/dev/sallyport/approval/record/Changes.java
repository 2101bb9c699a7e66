package dev.sallyport.approval.record;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What has changed lately on any replica: the event inside this process reaches only those who listen here. */
@Component
public class Changes {

    private final ApprovalRecords records;
    private final DatabaseClock clock;

    Changes(ApprovalRecords records, DatabaseClock clock) {
        this.records = records;
        this.clock = clock;
    }

    /** The records changed within this time, oldest change first. */
    @Transactional(readOnly = true)
    public List<ApprovalChanged> within(Duration time) {
        Instant since = clock.now().minus(time);
        return records.changedSince(since).stream().map(ApprovalChanged::of).toList();
    }
}
