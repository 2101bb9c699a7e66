package dev.sallyport.cli.command;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Service;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a browser reaches approval-service, and so the link to sign in there. In a container the command itself goes
 * another way: {@code $SALLYPORT_CONSOLE_URL} then says where browsers go.
 *
 * @param console base URL of the console; null where none is known
 */
public record SignInLink(@Nullable URI console) {
    private static final String VARIABLE = "SALLYPORT_CONSOLE_URL";

    /** From the environment, else from the configuration. */
    public static SignInLink of(RootCommand root) {
        String variable = root.surroundings().environment().getOrDefault(VARIABLE, "");
        if (variable.isEmpty()) {
            return new SignInLink(root.configuration().publicUrls().get(Service.APPROVAL));
        }
        try {
            return new SignInLink(ClientConfig.baseUrl(variable));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(VARIABLE + ": " + e.getMessage(), e);
        }
    }

    /**
     * Adds the link to an answer, or the bare token where no console is known. The token stands in the fragment, which
     * browsers send to nobody.
     */
    public ObjectNode addTo(ObjectNode answer, String token) {
        return console == null
                ? answer.put("sign_in_token", token)
                : answer.put("sign_in_link", console + "/console/sign-in#" + token);
    }
}
