package dev.sallyport.local.fleet;

import dev.sallyport.embedded.EmbeddedPostgres;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** PostgreSQL with one role and one database per service. */
final class PostgresPart implements Component {
    private final FleetContext context;
    private final DatabasePasswords passwords;

    private volatile Runnable renewal = () -> {};

    PostgresPart(FleetContext context, DatabasePasswords passwords) {
        this.context = context;
        this.passwords = passwords;
    }

    @Override
    public String name() {
        return Part.POSTGRESQL.id();
    }

    /** Takes the certificate that lies in the identity directory now. */
    void renewTls() {
        renewal.run();
    }

    @Override
    public Running start() {
        var server = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                context.home().programs(),
                context.home().of(Part.POSTGRESQL),
                context.users().of(Part.POSTGRESQL),
                context.ports().postgresql(),
                PemFiles.of(context.home().identity(Replica.first(Part.POSTGRESQL))),
                context.home().log(Replica.first(Part.POSTGRESQL))));
        try {
            server.administration()
                    .ownDatabases(Part.services().stream().collect(Collectors.toMap(Part::database, passwords::of)));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        renewal = server::renewTls;
        return new Running() {
            @Override
            public long pid() {
                return server.process().pid();
            }

            @Override
            public CompletableFuture<Integer> exit() {
                return server.process().exit();
            }

            @Override
            public void stop() {
                server.close();
            }
        };
    }
}
