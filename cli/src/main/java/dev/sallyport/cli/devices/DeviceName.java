package dev.sallyport.cli.devices;

import dev.sallyport.cli.failure.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/** A device or agent as people write it: {@code laptop}, {@code agent/builder}, {@code /device/laptop}, or its id. */
final class DeviceName {
    private static final Pattern FORM =
            Pattern.compile("(?:spiffe://[^/]+)?/?(?:(device|agent)/)?([a-zA-Z0-9._-]{1,128})");

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "laptop, agent/builder, or the SPIFFE id. A name alone is a device's.")
    private String name = "";

    /** {@code /device/NAME} or {@code /agent/NAME}. */
    String path() {
        Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            throw new CommandFailure.Usage(
                    "not the name of a device or agent: " + name + ". Write laptop, or agent/builder");
        }
        return "/" + (matcher.group(1) == null ? "device" : matcher.group(1)) + "/" + matcher.group(2);
    }

    /** The name of an agent. */
    String agent() {
        String path = path();
        if (!path.startsWith("/agent/")) {
            throw new CommandFailure.Usage("not the name of an agent: " + name + ". Write agent/builder");
        }
        return path.substring("/agent/".length());
    }

    /** The path of an act on the device in vault-service's API. */
    String act(String act) {
        return "/v1/devices" + path() + ":" + act;
    }
}
