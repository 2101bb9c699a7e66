package dev.sallyport.approval.console;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.pagetest.BrowserWindow;
import java.util.List;

/** A real browser in front of the console. */
final class Browser implements AutoCloseable {
    private final dev.sallyport.pagetest.Browser chromium = new dev.sallyport.pagetest.Browser();
    private final RunningApproval service;

    Browser(RunningApproval service) {
        this.service = service;
    }

    /** A window of its own. */
    record Window(BrowserWindow browser, RunningApproval service) implements AutoCloseable {
        Page page() {
            return browser.page();
        }

        List<String> complaints() {
            return browser.complaints();
        }

        void open(String path) {
            page().navigate(service.open(path));
        }

        /** Signs in as a person would: opens the link, presses the button that has the focus. */
        void signIn(String workspace, String person) {
            open("/console/sign-in#" + service.policy.signInCode(workspace, person));
            page().keyboard().press("Enter");
            page().waitForURL("**/console");
        }

        List<String> barriers() {
            return browser.barriers();
        }

        void screenshot(String name, boolean all) {
            browser.screenshot(name, all);
        }

        @Override
        public void close() {
            browser.close();
        }
    }

    Window window() {
        return window(1200, 900, ColorScheme.LIGHT);
    }

    Window window(int width, int height, ColorScheme scheme) {
        return new Window(chromium.window(width, height, scheme, service.open("/console")), service);
    }

    @Override
    public void close() {
        chromium.close();
    }
}
