package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Browser;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages say is done as they say it. */
@ExtendWith(SharedFleet.class)
class DocumentationTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

    /** Where a code becomes a problem's: an argument of what makes one, or of the exceptions that carry it. */
    private static final Pattern CODE = Pattern.compile(
            "(?:badRequest|forbidden|conflict|unavailable|refused|InvalidProposalException|HttpStatus\\.[A-Z_]+,)"
                    + "\\(?\\s*\"([A-Z][A-Z0-9_]{3,}[A-Z0-9])\"");

    /** The list of codes that an exception to callers is made with. */
    private static final Pattern CODES = Pattern.compile("enum Code \\{(.*?)(?:;\n|\n    \\})", Pattern.DOTALL);

    private static final Pattern CONSTANT = Pattern.compile("(?m)^ {8}([A-Z][A-Z0-9_]{3,})(?:[(,;]|$)");

    private static final Pattern WORD = Pattern.compile("\\b[A-Z][A-Z0-9_]{3,}\\b");

    @TempDir
    private Path temporary;

    static Stream<ShellBlocks> pages() {
        return ShellBlocks.ofAllPages().stream().filter(page -> !page.runnable().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theShellBlocksOfAPageRunInTheirOrderInOneShell(ShellBlocks page, Fleet fleet) throws IOException {
        leaveOnePerson(fleet);
        Path checkout = linkedCheckout();
        Path script = Files.writeString(temporary.resolve("page.sh"), page.script());
        // Whoever follows the page types yes where a command asks.
        Command ran = Command.run(
                List.of(
                        "bash",
                        "-c",
                        "unset SALLYPORT_TOKEN; cd \"$1\" && exec bash \"$2\"",
                        "page",
                        checkout.toString(),
                        script.toString()),
                Map.of("SALLYPORT_HOME", fleet.home().toString()),
                "yes\n",
                Duration.ofMinutes(5));
        assertThat(ran.exitCode()).as(page + "\n" + page.script() + "\n" + ran).isZero();
    }

    /** The pages speak to somebody whose fleet has just started: nobody else is there to agree. */
    private static void leaveOnePerson(Fleet fleet) {
        Api owner = fleet.owner("policy-service");
        owner.get("/v1/members?limit=200").json().path("items").forEach(member -> {
            String principal = member.path("principal").stringValue();
            String roles = member.path("roles").toString();
            if (!principal.equals("person:owner") && (roles.contains("owner") || roles.contains("admin"))) {
                assertThat(owner.delete("/v1/members/" + principal).status())
                        .as(principal)
                        .isBetween(200, 204);
            }
        });
    }

    /** A folder that looks like the checkout; what the blocks write stays in it. */
    private Path linkedCheckout() throws IOException {
        Path checkout = Files.createDirectory(temporary.resolve("checkout"));
        try (DirectoryStream<Path> children = Files.newDirectoryStream(Repository.root())) {
            for (Path child : children) {
                Files.createSymbolicLink(checkout.resolve(child.getFileName()), child);
            }
        }
        return checkout;
    }

    @Test
    void whatIsNotRunSaysWhy() {
        List<ShellBlocks> pages = ShellBlocks.ofAllPages();
        pages.forEach(page -> page.left().forEach(reason -> System.out.println("not run: " + page + ": " + reason)));
        List<String> reasons =
                pages.stream().flatMap(page -> page.left().stream()).toList();
        List<String> run =
                pages.stream().flatMap(page -> page.runnable().stream()).toList();
        assertThat(reasons).isNotEmpty().noneMatch(String::isBlank);
        assertThat(run).hasSizeGreaterThan(5);
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        for (ShellBlocks page : ShellBlocks.ofAllPages()) {
            String text = Files.readString(page.page());
            for (MatchResult link : LINK.matcher(text).results().toList()) {
                if (!link.group(1).contains(":")) {
                    assertThat(page.page().resolveSibling(link.group(1)))
                            .as(page.toString())
                            .exists();
                }
            }
        }
    }

    @Test
    void everyCodeOfAProblemIsExplainedAndNoOther() throws IOException {
        Set<String> inCode = new TreeSet<>();
        Set<String> words = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            CODE.matcher(text).results().map(found -> found.group(1)).forEach(inCode::add);
            if (source.toString().matches(".*(Exception|ApprovalRefused)\\.java")) {
                CODES.matcher(text)
                        .results()
                        .flatMap(list -> CONSTANT.matcher(list.group(1)).results())
                        .map(constant -> constant.group(1))
                        .forEach(inCode::add);
            }
            WORD.matcher(text).results().map(MatchResult::group).forEach(words::add);
        }
        String problems = Files.readString(Repository.root().resolve("docs/problems.md"));
        Set<String> explained = Pattern.compile("(?m)^### `([A-Z0-9_]+)`$")
                .matcher(problems)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(inCode).hasSizeGreaterThan(20).isSubsetOf(explained);
        assertThat(explained).as("no code that nothing says any more").isSubsetOf(words);
    }

    @Test
    void everyFileThatTheArchitectureNamesIsThere() throws IOException {
        Set<String> files = new TreeSet<>();
        for (Path source : sources()) {
            files.add(source.toString().replaceAll(".*/dev/sallyport/", "").replaceAll("\\.java$", ""));
        }
        String page = Files.readString(Repository.root().resolve("docs/architecture.md"));
        Set<String> named = Pattern.compile("`((?:kit|policy|approval|executor|attestation)/[A-Za-z/]+)`")
                .matcher(page)
                .results()
                .map(found -> found.group(1).replaceFirst("^kit/", "servicekit/"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(50).isSubsetOf(files);
    }

    @Test
    void everyCodeThatOperationsNamesIsExplained() throws IOException {
        Pattern code = Pattern.compile("`([A-Z]{2,}(?:_[A-Z0-9]+)+)`");
        String explained = Files.readString(Repository.root().resolve("docs/problems.md"))
                + Files.readString(Repository.root().resolve("docs/glossary.md"));
        Set<String> named = code.matcher(Files.readString(Repository.root().resolve("docs/operations.md")))
                .results()
                .map(found -> found.group(1))
                .filter(word -> !word.startsWith("SALLYPORT_"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named)
                .hasSizeGreaterThan(10)
                .allSatisfy(word -> assertThat(explained).contains("`" + word + "`"));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> services = Files.walk(Repository.root().resolve("services"));
                Stream<Path> kit = Files.walk(Repository.root().resolve("libs/service-kit"));
                Stream<Path> identity = Files.walk(Repository.root().resolve("libs/identity"))) {
            return Stream.of(services, kit, identity)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/"))
                    .toList();
        }
    }

    @Test
    void whatThePagesCallMissingIsMissing(Fleet fleet) throws IOException {
        String missing = Files.readString(Repository.root().resolve("docs/guarantees.md"));
        assertThat(missing).contains("| MCP, SDKs").doesNotContain("OpenAPI, SDKs");
        for (String path : List.of("/mcp", "/openapi.json", "/v3/api-docs")) {
            assertThat(fleet.agent().get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(fleet.agent().get("/v1/openapi.json").json().path("openapi").stringValue())
                .startsWith("3.1.");
        String readme = Files.readString(Repository.root().resolve("README.md"));
        Set<String> tools = new TreeSet<>();
        fleet.agent()
                .get("/v1/tools")
                .json()
                .path("items")
                .valueStream()
                .filter(tool -> tool.path("built_in").booleanValue())
                .forEach(tool -> tools.add("`" + tool.path("name").stringValue() + "`"));
        assertThat(tools).as("the README names seven tools").hasSize(7);
        assertThat(readme).contains("seven built-in tools").contains(tools);
    }

    @Test
    void thePictureOfTheConsoleCanBeMade(Fleet fleet) {
        var calls = new Calls(fleet);
        String copy = "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"cp\","
                + "\"args\":[\"report.csv\",\"backup/report.csv\"]}}";
        String waiting = calls.propose(copy, 1).at("/proposal_id");
        try (Browser browser = new Browser()) {
            Page page = browser.open(signInLink(fleet));
            page.setViewportSize(1000, 640);
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                    .click();
            page.waitForURL(Pattern.compile(".*/console/?$"));
            page.locator(".card-link")
                    .filter(new Locator.FilterOptions().setHasText(Pattern.compile("\\bcp\\b")))
                    .first()
                    .click();
            page.getByText("backup/report.csv").first().waitFor();
            Browser.screenshot(page, "console");
        }
        calls.cancel(waiting);
    }

    /** A new one: the start's is another test's. */
    private static String signInLink(Fleet fleet) {
        return fleet.cli().json("init").at("/sign_in_link").stringValue();
    }
}
