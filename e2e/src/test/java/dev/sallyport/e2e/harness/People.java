package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Lets people and agents into a fleet, by the owner's device. */
public final class People {
    private final String policy;
    private final Mtls owner;

    public People(Fleet fleet) {
        this.policy = fleet.internalUrl("policy-service");
        this.owner = Mtls.as(fleet, "owner");
    }

    /** A token just issued. */
    public record Token(String id, String secret) {}

    /** A token of an agent, made a member if it is none. */
    public Token agent(String name) {
        return token("{\"kind\":\"agent\",\"name\":\"%s\",\"requests_per_minute\":100000}".formatted(name));
    }

    /** A token of a person with this role. */
    public Token person(String name, String role) {
        Answer member = post("/v1/members", "{\"principal\":\"person:%s\",\"roles\":[\"%s\"]}".formatted(name, role));
        assertThat(member.status()).as(member.toString()).isEqualTo(200);
        return token("{\"kind\":\"person\",\"name\":\"%s\",\"requests_per_minute\":100000}".formatted(name));
    }

    /** A fresh sign-in token of a person. */
    public String signInToken(String name) {
        Answer link = post("/v1/sign-in-tokens", "{\"principal\":\"person:%s\"}".formatted(name));
        assertThat(link.status()).as(link.toString()).isEqualTo(201);
        return link.at("/sign_in_token");
    }

    public void revoke(Token token) {
        try {
            assertThat(owner.send("DELETE", policy + "/v1/tokens/" + token.id(), "application/json", null)
                            .status())
                    .isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Token token(String request) {
        Answer issued = post("/v1/tokens", request);
        assertThat(issued.status()).as(issued.toString()).isEqualTo(201);
        return new Token(issued.at("/token_id"), issued.at("/token"));
    }

    private Answer post(String path, String json) {
        try {
            return owner.post(policy + path, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
