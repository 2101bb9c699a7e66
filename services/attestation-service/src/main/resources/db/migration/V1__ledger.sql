-- The log. Nothing in it is ever changed: the triggers say so to whoever tries; what proves it is the signed tree.

CREATE TABLE certificate (
    digest    bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    chain     text[] NOT NULL CHECK (cardinality(chain) BETWEEN 1 AND 4),
    spiffe_id text   NOT NULL,
    bound_at  bigint NOT NULL UNIQUE
);
COMMENT ON TABLE certificate IS 'A signing certificate that signed at least one leaf: SHA-256 of its DER, its chain (base64 of DER, leaf first, without the root), and the index of the key-bound statement about it';

CREATE TABLE entry (
    idx         bigint PRIMARY KEY CHECK (idx >= 0),
    digest      bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    leaf        bytea NOT NULL CHECK (octet_length(leaf) = 32),
    envelope    bytea NOT NULL CHECK (octet_length(envelope) BETWEEN 1 AND 60000),
    certificate bytea NOT NULL REFERENCES certificate (digest),
    appended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE entry IS 'A leaf of the log: the exact bytes of a DSSE envelope, the SHA-256 of its payload, the RFC 6962 leaf hash';

CREATE TABLE tile (
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
    idx    bigint   NOT NULL CHECK (idx >= 0),
    hashes bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, idx)
);
COMMENT ON TABLE tile IS 'A tile of hashes (c2sp.org/tlog-tiles) in its widest version; narrower ones are its beginnings';

CREATE TABLE tree_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size     bigint NOT NULL CHECK (size >= 0),
    root     bytea  NOT NULL CHECK (octet_length(root) = 32),
    epoch    bigint NOT NULL CHECK (epoch >= 0)
);
COMMENT ON TABLE tree_state IS 'The one row that every append locks and changes by compare-and-set on size and epoch';
INSERT INTO tree_state (size, root, epoch)
VALUES (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);

CREATE TABLE checkpoint (
    size         bigint PRIMARY KEY CHECK (size >= 0),
    root         bytea NOT NULL CHECK (octet_length(root) = 32),
    note         bytea NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE checkpoint IS 'A published checkpoint: the signed note, byte for byte';

CREATE TABLE source_offset (
    topic       text   NOT NULL,
    part        integer NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    PRIMARY KEY (topic, part)
);
COMMENT ON TABLE source_offset IS 'Where reading a Kafka partition goes on; moved in the transaction that appends what was read';

CREATE TABLE rejection (
    topic          text    NOT NULL,
    part           integer NOT NULL,
    record_offset  bigint  NOT NULL,
    record_digest  bytea   NOT NULL CHECK (octet_length(record_digest) = 32),
    reason         text    NOT NULL,
    idx            bigint  NOT NULL UNIQUE,
    unsent_key     bytea,
    unsent_record  bytea,
    PRIMARY KEY (topic, part, record_offset, record_digest)
);
COMMENT ON TABLE rejection IS 'A record that can never be valid, the index of the leaf about it, and its bytes until they are in the dead-letter topic';
CREATE INDEX rejection_unsent ON rejection (idx) WHERE unsent_record IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_other_hashes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.level <> OLD.level OR NEW.idx <> OLD.idx
        OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'a tile only grows at its end' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_smaller_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.epoch <= OLD.epoch OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
        RAISE EXCEPTION 'the tree only grows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON certificate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE ON tile FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE ON tile FOR EACH ROW EXECUTE FUNCTION refuse_other_hashes();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE ON tree_state FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE ON tree_state FOR EACH ROW EXECUTE FUNCTION refuse_smaller_tree();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tree_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
