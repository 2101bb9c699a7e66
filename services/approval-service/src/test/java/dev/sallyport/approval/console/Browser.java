package dev.sallyport.approval.console;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.sallyport.approval.fleet.RunningApproval;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The distribution's Chromium, headless, that loads nothing from anywhere else. */
final class Browser implements AutoCloseable {
    private static final List<String> WAYS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final String AXE = axe();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final com.microsoft.playwright.Browser chromium;
    private final RunningApproval service;

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Browser(RunningApproval service) {
        this.service = service;
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
        Path executable = Stream.of(System.getProperty("chromium", ""))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .findFirst()
                .or(() ->
                        WAYS.stream().map(Path::of).filter(Files::isExecutable).findFirst())
                .orElseThrow(() -> new IllegalStateException(
                        "Chromium is missing: apt-get install chromium, or give its path with -Dchromium="));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /**
     * A window of its own, with everything it complained about.
     *
     * @param complaints console errors and warnings, page errors, and requests to anywhere but the service
     */
    record Window(Page page, List<String> complaints, RunningApproval service) implements AutoCloseable {
        void open(String path) {
            page.navigate(service.open(path));
        }

        /** Signs in as a person would: opens the link, presses the button that has the focus. */
        void signIn(String workspace, String person) {
            open("/console/sign-in#" + service.policy.signInCode(workspace, person));
            page.keyboard().press("Enter");
            page.waitForURL("**/console");
        }

        /** What axe-core finds wrong with the page as it is now, one line for each rule. */
        @SuppressWarnings("unchecked")
        List<String> barriers() {
            page.evaluate(AXE);
            return (List<String>) page.evaluate("""
                    async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations
                        .map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; '))""");
        }

        void screenshot(String name, boolean all) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve(name + ".png"))
                    .setFullPage(all));
        }

        @Override
        public void close() {
            page.context().close();
        }
    }

    Window window() {
        return window(1200, 900, ColorScheme.LIGHT);
    }

    Window window(int width, int height, ColorScheme scheme) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme));
        context.setDefaultTimeout(30_000);
        Page page = context.newPage();
        List<String> complaints = Collections.synchronizedList(new ArrayList<>());
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onDialog(dialog -> {
            complaints.add("a dialogue opened: " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(service.open("/console"))) {
                complaints.add("a request went to " + request.url());
            }
        });
        return new Window(page, complaints, service);
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
