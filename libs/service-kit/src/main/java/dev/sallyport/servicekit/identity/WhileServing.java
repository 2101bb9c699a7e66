package dev.sallyport.servicekit.identity;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;

/**
 * Tasks that may put another identity in force. Their first step comes when the web server runs: one whose certificates are
 * replaced between its making and its start has none at all.
 */
final class WhileServing {
    private final List<RepeatedTask> tasks = new CopyOnWriteArrayList<>();
    private volatile boolean serving;

    RepeatedTask task(String name, Duration pause, RepeatedTask.Step step) {
        RepeatedTask task = new RepeatedTask(name, pause, () -> {
            if (serving) {
                step.run();
            }
        });
        tasks.add(task);
        return task;
    }

    @EventListener(ContextRefreshedEvent.class)
    void serve() {
        serving = true;
        tasks.forEach(RepeatedTask::wake);
    }
}
