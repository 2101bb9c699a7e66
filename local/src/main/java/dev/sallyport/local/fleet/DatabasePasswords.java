package dev.sallyport.local.fleet;

import dev.sallyport.embedded.PrivateFiles;
import dev.sallyport.local.home.HomeException;
import dev.sallyport.local.home.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** Each service's database password: random, in a file that only the service's user reads. */
final class DatabasePasswords {
    private static final int BYTES = 32;

    private final FleetContext context;

    DatabasePasswords(FleetContext context) {
        this.context = context;
    }

    Path file(Part service) {
        return context.home().of(service).resolve("database-password");
    }

    /** The password, made at the first call. */
    String of(Part service) {
        Path file = file(service);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                byte[] password = Base64.getUrlEncoder().withoutPadding().encode(random);
                PrivateFiles.folder(context.home().of(service), context.users().of(service));
                PrivateFiles.write(file, password, context.users().of(service));
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new HomeException(file + " cannot be read: " + e, e);
        }
    }
}
