package dev.sallyport.approval.signin.oidc;

import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.pagetest.WebVisitor;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person with a browser that is signed in at the provider with one account, who takes each step by hand. */
final class PersonAtProvider {
    private static final Pattern ON = Pattern.compile("http-equiv=\"refresh\" content=\"0;url=([^\"]+)\"");

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    final WebVisitor browser;
    private final HttpClient atProvider = HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    PersonAtProvider(RunningApproval service, OpenIdProvider provider, String account) {
        browser = new WebVisitor(service);
        String form = send(HttpRequest.newBuilder(URI.create(provider.issuer() + "/login"))
                        .GET())
                .body();
        Matcher token = CSRF.matcher(form);
        if (!token.find()) {
            throw new AssertionError("the provider's form has no token: " + form);
        }
        HttpResponse<String> signedIn = send(HttpRequest.newBuilder(URI.create(provider.issuer() + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "username=" + account + "&password=" + account + "&_csrf=" + token.group(1))));
        if (signedIn.statusCode() != 302
                || signedIn.headers().firstValue("location").orElse("").contains("error")) {
            throw new AssertionError("the provider did not sign in " + account + ": " + signedIn.headers());
        }
    }

    /** Presses the button on the sign-in form; answers where the browser is sent. */
    String begin() {
        return on(browser.post("/console/sign-in/oidc", Map.of("form_token", browser.formToken("/console/sign-in"))));
    }

    /** Presses the button that connects an account; answers where the browser is sent. */
    String beginToConnect() {
        return on(browser.post("/console/keys/accounts", Map.of("form_token", browser.formToken("/console/keys"))));
    }

    /** Goes to the provider; answers the path and query that it sends the browser back to. */
    String back(String address) {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(address)).GET());
        URI back = URI.create(answer.headers()
                .firstValue("location")
                .orElseThrow(() -> new AssertionError("the provider sent nobody back: " + answer)));
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    /** All of it at once; answers the last page. */
    HttpResponse<String> signIn() {
        return browser.get(back(begin()));
    }

    /** Where a page leads by itself. */
    static String on(HttpResponse<String> page) {
        Matcher address = ON.matcher(page.body());
        if (page.statusCode() != 200 || !address.find()) {
            throw new AssertionError("the page leads nowhere: " + page.statusCode() + " " + page.body());
        }
        return address.group(1).replace("&amp;", "&");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return atProvider.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
