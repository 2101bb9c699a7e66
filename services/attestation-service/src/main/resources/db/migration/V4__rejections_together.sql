-- Rejected records lie in Kafka's dead letters before the log tells of them, so their bytes are not kept here any more.
ALTER TABLE rejection DROP COLUMN unsent_key, DROP COLUMN unsent_record;

-- Above a rate one leaf tells of many records.
ALTER TABLE rejection DROP CONSTRAINT rejection_idx_key;
ALTER TABLE rejection ALTER COLUMN idx DROP NOT NULL;
ALTER TABLE rejection ADD COLUMN rejected_at timestamptz NOT NULL DEFAULT clock_timestamp();
COMMENT ON TABLE rejection IS 'A record that can never be valid; forgotten when Kafka has long forgotten it too';
COMMENT ON COLUMN rejection.idx IS 'Index of the leaf that tells of it, alone or with others; null until there is one';
CREATE INDEX rejection_untold ON rejection (topic, part, record_offset, record_digest) WHERE idx IS NULL;
CREATE INDEX rejection_rejected_at ON rejection (rejected_at);

CREATE TABLE rejection_rate (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    since    timestamptz NOT NULL,
    leaves   integer NOT NULL CHECK (leaves >= 0)
);
COMMENT ON TABLE rejection_rate IS 'The one row that says how many rejected records got a leaf of their own in the minute that began at since; changed under the lock of tree_state';
INSERT INTO rejection_rate (since, leaves) VALUES (clock_timestamp(), 0);

-- A topic that was deleted and made anew counts from 0 again: what was stored of the old one says nothing about it.
ALTER TABLE source_offset ADD COLUMN topic_id text NOT NULL DEFAULT '';
ALTER TABLE source_offset ALTER COLUMN topic_id DROP DEFAULT;
COMMENT ON COLUMN source_offset.topic_id IS 'Kafka''s id of the topic that the offset is of; a topic made anew has another';
