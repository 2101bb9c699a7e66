-- Readings of a period become one leaf for each reader: reading much must not make the log grow much.
CREATE TABLE reading (
    workspace_id text   NOT NULL,
    reader       text   NOT NULL,
    event        text   NOT NULL,
    object       text   NOT NULL,
    began_at     timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    count        bigint NOT NULL CHECK (count > 0),
    details      bigint NOT NULL CHECK (details >= 0),
    PRIMARY KEY (workspace_id, reader, event, object, began_at)
);
COMMENT ON TABLE reading IS 'What somebody read from the ledger within a period that no leaf tells of yet; workspace_id is empty for a machine of the fleet';
CREATE INDEX reading_ends_at ON reading (ends_at);
