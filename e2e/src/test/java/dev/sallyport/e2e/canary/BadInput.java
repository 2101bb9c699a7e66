package dev.sallyport.e2e.canary;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.RawHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Requests with a credential where none belongs; an error must not repeat it into a log. */
final class BadInput {
    private final Fleet fleet;

    BadInput(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Sends every service each of these credentials in every wrong place. */
    void with(List<String> credentials) throws IOException {
        for (String service : Fleet.SERVICES) {
            Api nobody = new Api(fleet.url(service), "");
            RawHttp raw = RawHttp.open(fleet.url(service));
            for (String credential : credentials) {
                String encoded = URLEncoder.encode(credential, StandardCharsets.UTF_8);
                nobody.get("/v1/tools?access_token=" + encoded);
                nobody.get("/v1/proposals/" + encoded);
                nobody.get("/" + encoded);
                Api typo = new Api(fleet.url(service), credential + "x");
                typo.get("/v1/tools");
                Api holder = new Api(fleet.url(service), credential);
                for (String body : List.of(
                        "{\"" + credential + "\":1}",
                        "{\"tool\":\"" + credential,
                        "{\"tool\":{\"x\":\"" + credential + "\"}}",
                        "[" + credential + "]",
                        credential)) {
                    for (String path : List.of(
                            "/v1/proposals",
                            "/v1/tokens",
                            "/v1/sign-in-tokens",
                            "/v1/freeze",
                            "/v1/approvals/x:approve",
                            "/v1/certificates:join",
                            "/console/sign-in")) {
                        holder.post(path, body, Map.of());
                        nobody.post(path, body, Map.of());
                    }
                }
                raw.request("GET /v1/tools", "Authorization: Basic " + credential, "User-Agent: " + credential);
                raw.request(
                        "GET /v1/tools",
                        "X-Request-Id: " + credential,
                        "traceparent: " + credential,
                        "Accept: " + credential);
                raw.request("GET /v1/tools", "Cookie: sp_session=" + credential, "Cookie: " + credential + "=1");
                raw.request("GET /v1/tools", "Cookie: a=\"" + credential, "Cookie: " + credential + "\u0001=,;\"");
                raw.request(credential + " /v1/tools", "Content-Type: " + credential);
                raw.bytes(credential + "\r\n\r\n");
            }
        }
        try (Mtls device = Mtls.as(fleet, "approval-service")) {
            for (String credential : credentials) {
                for (String path : List.of(
                        "/internal/v1/introspect",
                        "/internal/v1/sign-in-tokens:redeem",
                        "/internal/v1/sessions:introspect")) {
                    for (String service : List.of("policy-service", "approval-service")) {
                        device.post(fleet.internalUrl(service) + path, "{\"token\":\"" + credential);
                        device.post(fleet.internalUrl(service) + path, "{\"token\":[\"" + credential + "\"]}");
                    }
                }
            }
        }
    }
}
