package dev.sallyport.approval.signin.oidc;

import dev.sallyport.approval.signin.SignInIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which account at the provider is whose. An account is known by issuer and subject alone: its name and email may become
 * somebody else's.
 */
@Component
public class OidcAccounts {
    private static final String COLUMNS = "id, issuer, workspace_id, principal, name, connected_at";

    private static final String CONNECT = """
            insert into sign_in_account (id, issuer, subject, workspace_id, principal, name)
            values (:id, :issuer, :subject, :workspace, :principal, :name)
            on conflict do nothing
            returning\s""" + COLUMNS;

    private static final String FIND =
            "select " + COLUMNS + " from sign_in_account where issuer = :issuer and subject = :subject";

    private static final String HOLD = "select id from sign_in_account where id = :id for share";

    private static final String OF_PERSON = "select " + COLUMNS
            + " from sign_in_account where workspace_id = :workspace and principal = :principal order by id";

    private static final String REMOVE = "delete from sign_in_account"
            + " where workspace_id = :workspace and principal = :principal and id = :id returning " + COLUMNS;

    private static final String REMOVE_ALL =
            "delete from sign_in_account where workspace_id = :workspace and principal = :principal";

    private final JdbcClient jdbc;
    private final Clock clock;

    OidcAccounts(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Connects an account with a person; empty when it is connected already, with whomever. */
    Optional<OidcAccount> connect(String issuer, String subject, String workspaceId, String principal, String name) {
        return jdbc.sql(CONNECT)
                .param("id", SignInIds.next(clock.instant()))
                .param("issuer", issuer)
                .param("subject", subject)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("name", name)
                .query(OidcAccounts::account)
                .optional();
    }

    /** The account of this subject. */
    Optional<OidcAccount> find(String issuer, String subject) {
        return jdbc.sql(FIND)
                .param("issuer", issuer)
                .param("subject", subject)
                .query(OidcAccounts::account)
                .optional();
    }

    /** Keeps an account from being removed until the running transaction ends; false when it is not there any more. */
    boolean hold(String id) {
        return jdbc.sql(HOLD).param("id", id).query(String.class).optional().isPresent();
    }

    /** A person's accounts. */
    public List<OidcAccount> of(String workspaceId, String principal) {
        return jdbc.sql(OF_PERSON)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(OidcAccounts::account)
                .list();
    }

    /** Disconnects one account of a person and returns it; empty if it is not theirs. */
    Optional<OidcAccount> remove(String workspaceId, String principal, String id) {
        return jdbc.sql(REMOVE)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("id", id)
                .query(OidcAccounts::account)
                .optional();
    }

    /** Disconnects every account of a person who was removed. */
    public void removeAll(String workspaceId, String principal) {
        jdbc.sql(REMOVE_ALL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .update();
    }

    private static OidcAccount account(ResultSet row, int number) throws SQLException {
        return new OidcAccount(
                row.getString("id"),
                row.getString("issuer"),
                row.getString("workspace_id"),
                row.getString("principal"),
                row.getString("name"),
                row.getObject("connected_at", OffsetDateTime.class).toInstant());
    }
}
