package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.EmbeddedPostgres;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PemFiles;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PostgresLifecycleTest {
    private final Path home =
            TestHome.shared().freshFolder("postgres-lifecycle").resolve("server");

    PostgresLifecycleTest() throws Exception {
        Files.setPosixFilePermissions(home.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void neverRunsAsRoot() throws Exception {
        assertThatThrownBy(() -> EmbeddedPostgres.start(settings(new OsUser("root", 0, 0), home)))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        e -> assertThat(e.code()).isEqualTo(BackendException.Code.UNPRIVILEGED_USER_REQUIRED));
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings(PostgresTestUser.choose(), home))) {
            Path process = Path.of("/proc", Long.toString(server.process().pid()));
            assertThat((Integer) Files.getAttribute(process, "unix:uid")).isNotZero();
            assertThat(Files.readString(process.resolve("status")))
                    .containsPattern("CapEff:\\s+0+\\n")
                    .containsPattern("Groups:\\s*\\d*\\s*\\n");
        }
    }

    @Test
    void dataAndPasswordsSurviveAnOrderlyStopAndAKill() throws Exception {
        String password = "0123456789abcdef";
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings(PostgresTestUser.choose(), home))) {
            server.administration().role("keeper", password);
            server.administration().database("keeper", "keeper");
            execute(server, password, "create table kept (n int); insert into kept values (1)");
        }
        EmbeddedPostgres killed = EmbeddedPostgres.start(settings(PostgresTestUser.choose(), home));
        execute(killed, password, "insert into kept values (2)");
        ProcessHandle handle = ProcessHandle.of(killed.process().pid()).orElseThrow();
        handle.destroyForcibly();
        killed.process().exit().join();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings(PostgresTestUser.choose(), home))) {
            assertThat(count(server, password)).isEqualTo(2);
            // What a service asks for at every start changes nothing.
            server.administration().role("keeper", password);
            server.administration().database("keeper", "keeper");
            assertThat(count(server, password)).isEqualTo(2);
        }
    }

    @Test
    void theSuperusersPasswordIsPrivate() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(settings(PostgresTestUser.choose(), home))) {
            assertThat(server.administration().setting("fsync")).isEqualTo("on");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("superuser-password"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void theServerDiesWithItsKilledParent() throws Exception {
        PemFiles tls = TestFleet.shared().tls("postgresql");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentOfPostgres.class.getName(),
                        TestHome.shared().cache().toString(),
                        home.toString(),
                        PostgresTestUser.choose().name(),
                        Integer.toString(FreePort.find()),
                        tls.certificateChain().toString(),
                        tls.privateKey().toString(),
                        tls.authorities().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var reader = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
        ProcessHandle server =
                ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();
        assertThat(server.isAlive()).isTrue();
        parent.destroyForcibly().waitFor();
        server.onExit().get(20, TimeUnit.SECONDS);
    }

    /** A JVM of its own that starts a server, prints its id and waits to be killed. */
    static final class ParentOfPostgres {
        private ParentOfPostgres() {}

        public static void main(String... arguments) throws Exception {
            var server = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                    Path.of(arguments[0]),
                    Path.of(arguments[1]),
                    OsUser.named(arguments[2]).orElseThrow(),
                    Integer.parseInt(arguments[3]),
                    new PemFiles(Path.of(arguments[4]), Path.of(arguments[5]), Path.of(arguments[6])),
                    Path.of(arguments[1] + ".log")));
            System.out.println(server.process().pid());
            new CountDownLatch(1).await();
        }
    }

    private static EmbeddedPostgres.Settings settings(OsUser user, Path home) {
        return new EmbeddedPostgres.Settings(
                TestHome.shared().cache(),
                home,
                user,
                FreePort.find(),
                TestFleet.shared().tls("postgresql"),
                home.resolveSibling("server.log"));
    }

    private static void execute(EmbeddedPostgres server, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("keeper"), "keeper", password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(EmbeddedPostgres server, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("keeper"), "keeper", password);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
