package dev.sallyport.pagetest;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A window of a browser.
 *
 * @param page what it shows
 * @param complaints what it complained about so far
 */
public record BrowserWindow(Page page, List<String> complaints) implements AutoCloseable {
    private static final String AXE = axe();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** Everything that can be pressed, but for what stands in the way of nobody: a card's link fills the card. */
    private static final String SMALL_TARGETS = """
        () => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
            .filter(e => !e.matches('.skip, .card-link') && e.getClientRects().length > 0)
            .filter(e => e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)
            .map(e => e.outerHTML)\
        """;

    private static String axe() {
        try (InputStream script = BrowserWindow.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What axe-core finds wrong with the page as it is now, one line for each rule. */
    @SuppressWarnings("unchecked")
    public List<String> barriers() {
        page.evaluate(AXE);
        return (List<String>) page.evaluate("""
            async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations
                .map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; '))\
            """);
    }

    /** What is smaller than 24 CSS pixels and is to be pressed (WCAG 2.2, 2.5.8), as HTML. */
    public List<?> smallTargets() {
        return (List<?>) page.evaluate(SMALL_TARGETS);
    }

    /** How wide the page is, CSS pixels: wider than the window, it would have to be moved sideways. */
    public int pageWidth() {
        return (Integer) page.evaluate("document.documentElement.scrollWidth");
    }

    /** Leaves a picture in {@code target/screenshots}. */
    public void screenshot(String name, boolean all) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(all));
    }

    @Override
    public void close() {
        page.context().close();
    }
}
