package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The fleet's steps of trust, one public file each, named after its number. vault-service takes them up from here and
 * hands them out; see {@link TrustStep}.
 */
public final class TrustSteps {
    private static final String NAME = "trust";
    private static final String FOUNDING = "founding.json";
    private static final Pattern FILE = Pattern.compile("[0-9]{6}\\.json");

    private final Path issuing;
    private final Path folder;

    /** The folder within that of the issuing authorities. */
    public TrustSteps(Path issuing) {
        this.issuing = issuing;
        this.folder = issuing.resolve(NAME);
    }

    /** The signed steps after that one, in their order. Whoever uses them verifies them. */
    public List<byte[]> after(int step) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        Map<Integer, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (FILE.matcher(name).matches()) {
                    found.put(Integer.parseInt(name.substring(0, 6)), file);
                }
            }
        } catch (IOException e) {
            throw new FileFailed("cannot read " + folder + ": " + e.getMessage(), e);
        }
        List<byte[]> steps = new ArrayList<>();
        int next = step + 1;
        for (Path file = found.get(next); file != null; file = found.get(next)) {
            steps.add(OwnerOnly.readPublic(file, TrustStep.LARGEST));
            next++;
        }
        return List.copyOf(steps);
    }

    /** The roots that the first step follows; empty while there is no step. */
    public Optional<TrustRoots> founding() {
        Path file = folder.resolve(FOUNDING);
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(TrustRoots.parse(OwnerOnly.readPublic(file, Pem.LARGEST)))
                : Optional.empty();
    }

    /** Publishes the step that follows these roots. Done again with the same bytes, it changes nothing. */
    void publish(TrustRoots before, byte[] signed) throws IOException {
        OwnerOnly.createDirectory(folder);
        if (before.step() == 0) {
            OwnerOnly.replacePublic(folder.resolve(FOUNDING), before.toJson());
        }
        int step = before.step() + 1;
        OwnerOnly.replacePublic(folder.resolve(String.format(Locale.ROOT, "%06d.json", step)), signed);
        IssuingRotation.giveToOwnerOf(issuing, folder);
        OwnerOnly.sync(folder);
    }
}
