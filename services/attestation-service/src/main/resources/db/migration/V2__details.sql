-- What may have to be forgotten. Destroying a subject's key makes all its details unreadable, in every backup as well.

CREATE TABLE subject_key (
    subject     text PRIMARY KEY,
    wrapped_key bytea NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE subject_key IS 'The data key of one proposal (or other subject), AES-256-GCM under the service''s key file';

CREATE TABLE detail (
    digest     bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    subject    text  NOT NULL REFERENCES subject_key (subject) ON DELETE CASCADE,
    size       bigint NOT NULL CHECK (size >= 0),
    sealed     bytea NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX detail_subject ON detail (subject);
COMMENT ON TABLE detail IS 'A detail that a statement names by its SHA-256, sealed with AES-256-GCM under its subject''s data key; size is that of the content in bytes';
