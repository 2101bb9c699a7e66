package dev.sallyport.identity;

import static dev.sallyport.identity.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Feature;
import com.google.common.jimfs.Jimfs;
import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.identity.IdentityException.UnsafeFile;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity on the files of Windows: access lists in the place of modes, and no symbolic links. */
class IdentityOnWindowsTest {
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows().toBuilder()
            .setAttributeViews("basic", "owner", "acl")
            .setSupportedFeatures(Feature.LINKS, Feature.FILE_CHANNEL)
            .build());
    private final Path directory = windows.getPath("C:\\ProgramData\\Sallyport\\identity");

    @TempDir
    Path temp;

    private WorkloadIdentity identity;

    @BeforeEach
    void makeOne() {
        FleetCa fleet = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.fixed(NOW, ZoneOffset.UTC));
        identity = IdentityDirectory.load(fleet.layout().service("policy-service"), NOW);
        IdentityDirectory.write(directory, identity);
    }

    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    @Test
    void identityIsReadAsItWasWrittenAndReplacedAsAWhole() {
        assertThat(IdentityDirectory.load(directory, NOW).id()).isEqualTo(identity.id());
        assertThat(IdentityDirectory.tlsLeaf(directory))
                .isEqualTo(identity.tls().leaf());
        for (int renewal = 0; renewal < 3; renewal++) {
            IdentityDirectory.write(directory, identity);
            assertThat(IdentityDirectory.load(directory, NOW).id()).isEqualTo(identity.id());
        }
    }

    @Test
    void keyThatOthersMayReadIsRefused() throws Exception {
        Path key = version().resolve("tls").resolve("tls.key");
        AclFileAttributeView view = Files.getFileAttributeView(key, AclFileAttributeView.class);
        List<AclEntry> own = view.getAcl();
        assertThat(own).extracting(AclEntry::principal).containsExactly(view.getOwner());
        UserPrincipal everyone = windows.getUserPrincipalLookupService().lookupPrincipalByName("Everyone");
        List<AclEntry> open = new ArrayList<>(own);
        open.add(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(everyone)
                .setPermissions(AclEntryPermission.READ_DATA)
                .build());
        view.setAcl(open);

        assertThatThrownBy(() -> IdentityDirectory.load(directory, NOW))
                .isInstanceOf(UnsafeFile.class)
                .hasMessageContaining("icacls");

        view.setAcl(own);
        assertThat(IdentityDirectory.load(directory, NOW).id()).isEqualTo(identity.id());
    }

    @Test
    void nameOfTheVersionLeadsNowhereElse() throws Exception {
        Path current = directory.resolve(IdentityDirectory.CURRENT);
        byte[] own = Files.readAllBytes(current);
        for (String other : List.of("..", "v-1\\..\\..\\x", "v-1-0000000", "")) {
            Files.writeString(current, other);
            assertThatThrownBy(() -> IdentityDirectory.load(directory, NOW))
                    .as(other)
                    .isInstanceOf(Malformed.class);
        }
        Files.write(current, own);
        assertThat(IdentityDirectory.load(directory, NOW).id()).isEqualTo(identity.id());
    }

    private Path version() throws IOException {
        return directory.resolve(Files.readString(directory.resolve(IdentityDirectory.CURRENT)));
    }
}
