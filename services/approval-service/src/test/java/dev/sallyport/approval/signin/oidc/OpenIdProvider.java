package dev.sallyport.approval.signin.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/**
 * Spring's authorization server on a port of its own: a real OpenID provider with accounts that a test makes, which can be
 * told to issue ID tokens that no honest provider would.
 */
final class OpenIdProvider implements AutoCloseable {
    static final String CLIENT = "sallyport-console";
    static final String SECRET = "the-console's-secret";

    private final Tomcat tomcat = new Tomcat();
    private final AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
    private final Map<String, Map<String, Object>> accounts = new ConcurrentHashMap<>();
    private final Behaviour behaviour = new Behaviour();

    /** What it does to ID tokens now. */
    static final class Behaviour {
        private final JwtEncoder honest;
        private final JwtEncoder foreign;
        private volatile Consumer<JwtClaimsSet.Builder> claims = builder -> {};
        private volatile JwtEncoder encoder;
        private volatile boolean down;
        private final RSAKey key = rsa();

        Behaviour() {
            honest = new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(key)));
            // It has the id of the provider's own key, and is another one.
            foreign = new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(rsa(key.getKeyID()))));
            encoder = honest;
        }
    }

    /** A provider for the console at this address. */
    OpenIdProvider(String console) {
        Path base = folder();
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context web = tomcat.addContext("", base.toString());
        spring.setServletContext(web.getServletContext());
        spring.register(Configuration.class);
        spring.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("behaviour", behaviour);
            beans.registerSingleton("accounts", (UserDetailsService) name -> User.withUsername(name)
                    .password("{noop}" + name)
                    .roles("ACCOUNT")
                    .disabled(!accounts.containsKey(name))
                    .build());
            beans.registerSingleton("clients", new InMemoryRegisteredClientRepository(client(console)));
            beans.registerSingleton("claimsOf", (ClaimsOf) name -> accounts.getOrDefault(name, Map.of()));
        });
        Tomcat.addServlet(web, "nothing", new HttpServlet() {});
        web.addServletMappingDecoded("/", "nothing");
        filter(web, "outage", (request, response, chain) -> {
            if (behaviour.down) {
                ((HttpServletResponse) response).sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            } else {
                chain.doFilter(request, response);
            }
        });
        filter(web, "security", new DelegatingFilterProxy("springSecurityFilterChain", spring));
        try {
            spring.refresh();
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void filter(Context web, String name, Filter does) {
        FilterDef filter = new FilterDef();
        filter.setFilterName(name);
        filter.setFilter(does);
        web.addFilterDef(filter);
        FilterMap everything = new FilterMap();
        everything.setFilterName(name);
        everything.addURLPattern("/*");
        web.addFilterMap(everything);
    }

    /** What an account's ID tokens say. */
    @FunctionalInterface
    interface ClaimsOf {
        Map<String, Object> name(String account);
    }

    /** Its issuer. */
    String issuer() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    /** Makes an account, whose password is its name. */
    void account(String name, Map<String, Object> claims) {
        accounts.put(name, Map.copyOf(claims));
    }

    /** From now on ID tokens have these claims beside the honest ones. */
    void says(Consumer<JwtClaimsSet.Builder> claims) {
        behaviour.claims = claims;
    }

    /** From now on tokens are signed with a key that it does not publish. */
    void signsWithAnotherKey() {
        behaviour.encoder = behaviour.foreign;
    }

    /** From now on tokens are signed by these means. */
    void signsBy(JwtEncoder encoder) {
        behaviour.encoder = encoder;
    }

    /** From now on it answers nothing but 503. */
    void isDown() {
        behaviour.down = true;
    }

    /** As the specification wants it. */
    void honest() {
        behaviour.down = false;
        behaviour.claims = builder -> {};
        behaviour.encoder = behaviour.honest;
    }

    /** A token with {@code alg} none. */
    static Jwt unsigned(JwtEncoderParameters parameters) {
        Map<String, Object> all = parameters.getClaims().getClaims();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
        all.forEach((name, value) -> claims.claim(name, value instanceof Instant at ? Date.from(at) : plain(value)));
        return new Jwt(
                new PlainJWT(claims.build()).serialize(),
                parameters.getClaims().getIssuedAt(),
                parameters.getClaims().getExpiresAt(),
                Map.of("alg", "none"),
                new HashMap<>(all));
    }

    /** A token whose signature is an HMAC under the provider's published key. */
    Jwt keyedByThePublicKey(JwtEncoderParameters parameters) {
        try {
            Jwt unsigned = unsigned(parameters);
            String head = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
            String text = head + "." + unsigned.getTokenValue().split("\\.", -1)[1];
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(behaviour.key.toRSAPublicKey().getEncoded(), "HmacSHA256"));
            String signature = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
            return new Jwt(
                    text + "." + signature,
                    unsigned.getIssuedAt(),
                    unsigned.getExpiresAt(),
                    Map.of("alg", "HS256"),
                    unsigned.getClaims());
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object plain(Object value) {
        return value instanceof URL url ? url.toString() : value;
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        spring.close();
    }

    private static RegisteredClient client(String console) {
        return RegisteredClient.withId(UUID.randomUUID().toString())
                .clientId(CLIENT)
                .clientSecret("{noop}" + SECRET)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri(console + "/console/sign-in/oidc/return")
                .scope("openid")
                .scope("profile")
                .scope("email")
                .clientSettings(ClientSettings.builder().requireProofKey(true).build())
                .build();
    }

    /** Its beans. No stereotype: the service's own scan must not find them. */
    @EnableWebSecurity
    static class Configuration {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        JWKSource<SecurityContext> keys(Behaviour behaviour) {
            return new ImmutableJWKSet<>(new JWKSet(behaviour.key));
        }

        @Bean
        JwtDecoder decoder(Behaviour behaviour) throws JOSEException {
            RSAPublicKey key = behaviour.key.toRSAPublicKey();
            return NimbusJwtDecoder.withPublicKey(key).build();
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().build();
        }

        @Bean
        OAuth2TokenGenerator<?> tokens(Behaviour behaviour, ClaimsOf accounts) {
            JwtGenerator tokens = new JwtGenerator(parameters -> behaviour.encoder.encode(parameters));
            tokens.setJwtCustomizer(context -> {
                if (context.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
                    Authentication account = Objects.requireNonNull(context.getPrincipal());
                    accounts.name(account.getName())
                            .forEach((name, value) -> context.getClaims().claim(name, value));
                    behaviour.claims.accept(context.getClaims());
                }
            });
            return new DelegatingOAuth2TokenGenerator(tokens);
        }
    }

    private static RSAKey rsa() {
        return rsa(UUID.randomUUID().toString());
    }

    private static RSAKey rsa(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey(pair.getPrivate())
                    .keyID(id)
                    .algorithm(JWSAlgorithm.RS256)
                    .build();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("openid-provider");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
