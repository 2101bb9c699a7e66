package dev.sallyport.approval.signin.oidc;

import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/**
 * The OpenID provider: where people are sent, and what it says about who came back. Spring Security's client compares the
 * state, redeems the code and verifies the ID token: signature, issuer, audience, times and nonce.
 */
@Component
class OidcProvider {
    /** Where the provider sends people back to. */
    static final String RETURN = "/console/sign-in/oidc/return";

    private static final Logger log = LoggerFactory.getLogger(OidcProvider.class);
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    private static final String REGISTRATION = "oidc";

    private final OidcProperties properties;
    private final String redirectUri;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable Known known;

    OidcProvider(OidcProperties properties, PublicConnectorProperties connector, Clock clock) {
        this.properties = properties;
        this.redirectUri = connector.baseUrl() + RETURN;
        this.clock = clock;
    }

    /** What the provider's own document says, for a while. */
    private record Known(
            ClientRegistration client, OidcAuthorizationCodeAuthenticationProvider authentication, Instant until) {}

    /**
     * A sign-in that begins.
     *
     * @param address where the browser goes
     */
    record Begun(String address, String state, String nonce, String codeVerifier) {}

    /**
     * Begins a sign-in.
     *
     * @throws ProblemException 503 when the provider does not answer
     */
    Begun begin() {
        String nonce = random();
        OAuth2AuthorizationRequest.Builder request = request(known().client(), random(), nonce);
        OAuth2AuthorizationRequestCustomizers.withPkce().accept(request);
        OAuth2AuthorizationRequest begun = request.build();
        return new Begun(
                begun.getAuthorizationRequestUri(),
                Objects.requireNonNull(begun.getState()),
                nonce,
                Objects.requireNonNull(begun.getAttribute(PkceParameterNames.CODE_VERIFIER)));
    }

    /**
     * Who came back with this code.
     *
     * @throws ProblemException 401 when the code or the ID token does not hold, 503 when the provider does not answer
     */
    OidcIdToken redeem(Begun begun, String code) {
        Known provider = known();
        OAuth2AuthorizationRequest request = request(provider.client(), begun.state(), begun.nonce())
                .attributes(attributes -> attributes.put(PkceParameterNames.CODE_VERIFIER, begun.codeVerifier()))
                .build();
        OAuth2AuthorizationResponse response = OAuth2AuthorizationResponse.success(code)
                .state(begun.state())
                .redirectUri(redirectUri)
                .build();
        try {
            OAuth2LoginAuthenticationToken signedIn =
                    (OAuth2LoginAuthenticationToken) Objects.requireNonNull(provider.authentication()
                            .authenticate(new OAuth2LoginAuthenticationToken(
                                    provider.client(), new OAuth2AuthorizationExchange(request, response))));
            return ((OidcUser) Objects.requireNonNull(signedIn.getPrincipal())).getIdToken();
        } catch (AuthenticationException | RestClientException | IllegalArgumentException | NullPointerException e) {
            if (isUnreachable(e)) {
                throw unavailable(e);
            }
            log.warn("a sign-in at {} was refused: {}", properties.issuer(), e.getMessage());
            throw ProblemException.unauthenticated("The answer of " + properties.shownName()
                    + " could not be verified. Begin again; if that does not help, ask for a one-time link.");
        }
    }

    /** Whether nothing came back, rather than something that does not hold. */
    private static boolean isUnreachable(@Nullable Throwable cause) {
        return cause != null
                && (cause instanceof IOException
                        || cause instanceof HttpServerErrorException
                        || isUnreachable(cause.getCause()));
    }

    private OAuth2AuthorizationRequest.Builder request(ClientRegistration client, String state, String nonce) {
        return OAuth2AuthorizationRequest.authorizationCode()
                .clientId(client.getClientId())
                .authorizationUri(
                        Objects.requireNonNull(client.getProviderDetails().getAuthorizationUri()))
                .redirectUri(redirectUri)
                .scopes(client.getScopes())
                .state(state)
                .attributes(attributes -> attributes.put(OidcParameterNames.NONCE, nonce))
                .additionalParameters(parameters -> parameters.put(OidcParameterNames.NONCE, Hashes.base64(nonce)));
    }

    private Known known() {
        Known before = known;
        if (before != null && clock.instant().isBefore(before.until())) {
            return before;
        }
        try {
            Known now = discovered();
            known = now;
            return now;
        } catch (RestClientException | IllegalArgumentException | UncheckedIOException e) {
            throw unavailable(e);
        }
    }

    private Known discovered() {
        Map<String, Object> document = Objects.requireNonNullElse(
                http().get()
                        .uri(stripped(properties.issuer()) + "/.well-known/openid-configuration")
                        .retrieve()
                        .body(new ParameterizedTypeReference<>() {}),
                Map.of());
        if (!properties.issuer().equals(document.get("issuer"))) {
            throw new IllegalArgumentException("the provider calls itself another issuer");
        }
        String secret = secret();
        ClientRegistration client = ClientRegistrations.fromOidcConfiguration(document)
                .registrationId(REGISTRATION)
                .clientId(properties.clientId())
                .clientSecret(secret)
                .clientAuthenticationMethod(
                        secret.isEmpty()
                                ? ClientAuthenticationMethod.NONE
                                : ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .redirectUri(redirectUri)
                .scope("openid", "profile", "email")
                .build();
        RestClientAuthorizationCodeTokenResponseClient codes = new RestClientAuthorizationCodeTokenResponseClient();
        codes.setRestClient(RestClient.builder()
                .requestFactory(bounded())
                .configureMessageConverters(converters -> converters
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(HttpStatusCode::is5xxServerError, (_, answer) -> {
                    throw new HttpServerErrorException(answer.getStatusCode());
                })
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        JwtDecoder decoder = decoder(client);
        // Only what the ID token says: it is signed, and a further request could be about somebody else.
        OidcAuthorizationCodeAuthenticationProvider authentication = new OidcAuthorizationCodeAuthenticationProvider(
                codes, request -> new DefaultOidcUser(List.of(), request.getIdToken()));
        authentication.setJwtDecoderFactory(_ -> decoder);
        return new Known(client, authentication, clock.instant().plus(KNOWN_FOR));
    }

    private JwtDecoder decoder(ClientRegistration client) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(
                        Objects.requireNonNull(client.getProviderDetails().getJwkSetUri()))
                .jwsAlgorithm(Objects.requireNonNull(SignatureAlgorithm.from(properties.algorithm())))
                .restOperations(new RestTemplate(bounded()))
                .build();
        decoder.setClaimSetConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverter());
        decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(List.of(new OidcIdTokenValidator(client))));
        return decoder;
    }

    private RestClient http() {
        return RestClient.builder().requestFactory(bounded()).build();
    }

    private SimpleClientHttpRequestFactory bounded() {
        SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
        requests.setConnectTimeout(properties.timeout());
        requests.setReadTimeout(properties.timeout());
        return requests;
    }

    private String secret() {
        Path file = properties.clientSecretFile();
        if (file == null) {
            return "";
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProblemException unavailable(Exception cause) {
        log.warn("the OpenID provider {} does not answer as it should: {}", properties.issuer(), cause.toString());
        return new ProblemException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "PROVIDER_UNAVAILABLE",
                properties.shownName() + " does not answer now. Try again in a minute, or sign in with a one-time link"
                        + " or a passkey.");
    }

    private String random() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String stripped(String issuer) {
        return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    }
}
