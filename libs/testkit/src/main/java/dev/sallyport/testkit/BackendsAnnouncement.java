package dev.sallyport.testkit;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/** Says before the first and after the last test which backends the tests ran on; found by JUnit as a service. */
public final class BackendsAnnouncement implements TestExecutionListener {
    /** Made by JUnit. */
    public BackendsAnnouncement() {}

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        announce();
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        announce();
    }

    private static void announce() {
        System.out.println("fleet.backends=" + System.getProperty(SharedBackends.PROPERTY, "embedded"));
    }
}
