package dev.sallyport.pagetest;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The distribution's Chromium, headless, that loads nothing from anywhere else. */
public final class Browser implements AutoCloseable {
    private static final List<String> WAYS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final com.microsoft.playwright.Browser chromium;

    /** Starts it. */
    public Browser() {
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
     * A window of its own that notes every complaint: errors and warnings of the page, dialogues, and requests to
     * anywhere but what begins with this address.
     *
     * @param width in CSS pixels
     * @param height in CSS pixels
     * @param scheme light or dark
     * @param home the only address that it may ask
     */
    public BrowserWindow window(int width, int height, ColorScheme scheme, String home) {
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
            if (!request.url().startsWith(home)) {
                complaints.add("a request went to " + request.url());
            }
        });
        return new BrowserWindow(page, complaints);
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
