package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.OwnerOnly;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;

/**
 * The protector that a setting names, as {@code kind:where}:
 *
 * <pre>
 * file:/PATH              a key file for its owner, made at the first use
 * mounted:/PATH           a mounted secret, which is only read
 * environment:VARIABLE    a variable of the environment
 * secret-service:NAME     the user's keyring on Linux
 * keychain:NAME           the user's keychain on macOS
 * dpapi:                  Windows' protection for the user
 * pkcs11:/PATH            a token; the properties file has library, slot, alias, pin-file
 * kms:/PATH               a transit key service; the properties file has url, key, token-file
 * </pre>
 *
 * <p>What is named is used or refused. No other protector takes its place.
 */
public final class KeyProtectors {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private KeyProtectors() {}

    /**
     * Opens and probes a protector.
     *
     * @param setting {@code kind:where}; a path alone is a file
     * @param fleet whose key it is, for stores that many share
     * @param create whether a key that is not there yet is made; only for what has not been sealed yet
     * @throws IdentityException when it does not work here and now, with what to do
     */
    public static KeyProtector open(String setting, String fleet, boolean create) {
        int colon = setting.indexOf(':');
        if (colon < 0 || setting.startsWith("/")) {
            return file(Path.of(setting), create).orRefuse();
        }
        String where = setting.substring(colon + 1);
        KeyProtector protector = switch (setting.substring(0, colon)) {
            case "file" -> file(Path.of(where), create);
            case "mounted" -> GivenKeyProtector.mounted(Path.of(where));
            case "environment" -> GivenKeyProtector.environment(where, System.getenv());
            case "secret-service" -> SecretServiceKeyProtector.open(fleet, named(where, setting), create);
            case "keychain" -> KeychainKeyProtector.open(fleet, named(where, setting), create);
            case "dpapi" -> DpapiKeyProtector.open();
            case "pkcs11" -> token(Path.of(where), create);
            case "kms" -> service(Path.of(where));
            default ->
                throw new FleetState("there is no key protector '" + setting + "'. Write file:/PATH, mounted:/PATH,"
                        + " environment:VARIABLE, secret-service:NAME, keychain:NAME, dpapi:, pkcs11:/PATH or"
                        + " kms:/PATH");
        };
        return protector.orRefuse();
    }

    private static KeyProtector file(Path file, boolean create) {
        if (!file.isAbsolute()) {
            throw new FleetState("a key file is named by its whole path, not as " + file);
        }
        return create ? FileKeyProtector.openOrCreate(file) : FileKeyProtector.open(file);
    }

    private static String named(String name, String setting) {
        if (name.isBlank()) {
            throw new FleetState("the key protector '" + setting + "' needs a name behind the colon");
        }
        return name;
    }

    private static KeyProtector token(Path file, boolean create) {
        Properties properties = properties(file);
        Pkcs11KeyProtector.Token token = new Pkcs11KeyProtector.Token(
                Path.of(needed(properties, "library", file)),
                slot(properties, file),
                needed(properties, "alias", file));
        byte[] pin = OwnerOnly.read(Path.of(needed(properties, "pin-file", file)), 1024);
        char[] characters = new String(pin, StandardCharsets.UTF_8).strip().toCharArray();
        try {
            return Pkcs11KeyProtector.open(token, characters, create);
        } catch (Pkcs11KeyProtector.TokenLocked e) {
            throw new FleetState("the key protector 'pkcs11' is locked: " + e.getMessage());
        } finally {
            Arrays.fill(pin, (byte) 0);
            Arrays.fill(characters, '\0');
        }
    }

    private static int slot(Properties properties, Path file) {
        try {
            return Integer.parseInt(properties.getProperty("slot", "0").strip());
        } catch (NumberFormatException e) {
            throw new FleetState(file + ": `slot` must be a number");
        }
    }

    private static KeyProtector service(Path file) {
        Properties properties = properties(file);
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return new KmsKeyProtector(new TransitKeyService(
                URI.create(needed(properties, "url", file)),
                needed(properties, "key", file),
                Path.of(needed(properties, "token-file", file)),
                client));
    }

    private static Properties properties(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw new FleetState("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static String needed(Properties properties, String name, Path file) {
        String value = properties.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new FleetState(file + " lacks `" + name + "`");
        }
        return value.strip();
    }
}
