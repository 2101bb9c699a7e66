package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signs in as the page does, without the page. */
public final class SignIn {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form_token\"\\s+value=\"([^\"]+)\"");

    private SignIn() {}

    /** The page's answer to a sign-in token: the session's cookie; empty when it was refused. */
    public static String with(Fleet fleet, String signInToken) {
        CookieManager cookies = new CookieManager();
        String base = fleet.url("approval-service");
        URI page = URI.create(base + "/console/sign-in");
        try (HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build()) {
            String form = http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                    .body();
            Matcher token = FORM_TOKEN.matcher(form);
            assertThat(token.find()).as(form).isTrue();
            http.send(
                    HttpRequest.newBuilder(page)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Origin", base)
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "form_token=" + encoded(token.group(1)) + "&sign_in_token=" + encoded(signInToken)))
                            .build(),
                    BodyHandlers.ofString());
            return cookies.getCookieStore().getCookies().stream()
                    .filter(cookie -> cookie.getName().equals("sp_session"))
                    .map(HttpCookie::getValue)
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
