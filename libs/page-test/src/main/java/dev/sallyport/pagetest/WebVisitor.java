package dev.sallyport.pagetest;

import dev.sallyport.testkit.service.RunningApplication;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser reduced to its cookies and forms, for what a real browser would never let a test do. */
public final class WebVisitor {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form_token\" value=\"([0-9a-f]{64})\"");

    private final RunningApplication service;
    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient client = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** Somebody without any cookie. */
    public WebVisitor(RunningApplication service) {
        this.service = service;
    }

    /** Loads the sign-in form and sends it with this code. */
    public HttpResponse<String> signIn(String code) {
        return post("/console/sign-in", Map.of("sign_in_token", code, "form_token", formToken("/console/sign-in")));
    }

    /** The token in the first form of that page. */
    public String formToken(String path) {
        Matcher form = FORM_TOKEN.matcher(get(path).body());
        if (!form.find()) {
            throw new AssertionError(path + " has no form token");
        }
        return form.group(1);
    }

    /** Loads a page. */
    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(service.open(path))).GET());
    }

    /** Sends a form from the service's own page. */
    public HttpResponse<String> post(String path, Map<String, String> form) {
        return postFrom("same-origin", path, form);
    }

    /** Sends a form as a page of that relation would make a browser send it. */
    public HttpResponse<String> postFrom(String site, String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(service.open(path)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", site)
                .POST(BodyPublishers.ofString(body)));
    }

    /** Gives it a cookie of the service's host, as another service on that host would. */
    public void keep(String name, String value) {
        HttpCookie cookie = new HttpCookie(name, value);
        cookie.setPath("/");
        cookie.setVersion(0);
        cookies.getCookieStore().add(URI.create(service.open("/")), cookie);
    }

    /** A cookie's value; empty without one. */
    public String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
