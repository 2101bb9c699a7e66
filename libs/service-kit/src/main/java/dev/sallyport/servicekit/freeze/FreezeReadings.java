package dev.sallyport.servicekit.freeze;

import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;

/** How many freezes are in force, by scope. */
final class FreezeReadings implements Readings {
    private final FreezeTable table;

    FreezeReadings(FreezeTable table) {
        this.table = table;
    }

    @Override
    public void take(Gauges gauges) {
        table.count()
                .forEach((scope, count) ->
                        gauges.set("sallyport.freezes", "freezes in force", (double) count, "scope", scope.wire()));
    }
}
