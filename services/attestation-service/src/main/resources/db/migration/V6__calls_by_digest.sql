-- A call is what its proposal's digest says: whoever signs for the fleet can use its name. The index is read again.
TRUNCATE statement_index, call;
UPDATE projection SET next_idx = 0 WHERE name = 'statement_index';

ALTER TABLE call ADD COLUMN subject_digest bytea NOT NULL CHECK (octet_length(subject_digest) = 32);
ALTER TABLE call DROP CONSTRAINT call_pkey;
ALTER TABLE call ADD PRIMARY KEY (proposal_id, subject_digest);
COMMENT ON COLUMN call.subject_digest IS 'The digest of the proposal; without a principal only that of a statement that bears its name';

ALTER TABLE statement_index ADD COLUMN subject_digest bytea NOT NULL CHECK (octet_length(subject_digest) = 32);
COMMENT ON COLUMN statement_index.proposal_id IS 'The call that it is about; null where the digest of its subject is not that of the proposal in the log';

-- One value for the fleet as a whole, so that a question for a workspace is answered in the order of an index.
UPDATE statement_index SET workspace_id = '' WHERE workspace_id IS NULL;
ALTER TABLE statement_index ALTER COLUMN workspace_id SET NOT NULL;
COMMENT ON COLUMN statement_index.workspace_id IS 'Empty for a statement about the fleet as a whole';

DROP INDEX statement_index_proposal;
CREATE INDEX statement_index_proposal ON statement_index (proposal_id, subject_digest, idx);
CREATE INDEX statement_index_workspace ON statement_index (workspace_id, idx);
CREATE INDEX statement_index_type ON statement_index (workspace_id, type, idx);
CREATE INDEX statement_index_event ON statement_index (workspace_id, event, idx) WHERE event IS NOT NULL;
