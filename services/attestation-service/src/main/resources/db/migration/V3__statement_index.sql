-- What auditors ask for, read from the entries. May be emptied and built again at any time.

CREATE TABLE projection (
    name     text PRIMARY KEY,
    next_idx bigint NOT NULL CHECK (next_idx >= 0)
);
COMMENT ON TABLE projection IS 'How far a projection has read the log: the index of the next entry';
INSERT INTO projection (name, next_idx) VALUES ('statement_index', 0);

CREATE TABLE call (
    proposal_id  text PRIMARY KEY,
    workspace_id text NOT NULL,
    principal    text,
    tool         text,
    session      text,
    run          text,
    decision     text,
    outcome      text,
    code         text,
    ended_idx    bigint
);
COMMENT ON TABLE call IS 'A call as far as the log knows it; ended_idx is the index of its call-ended statement';

CREATE TABLE statement_index (
    idx          bigint PRIMARY KEY,
    digest       bytea NOT NULL UNIQUE,
    type         text  NOT NULL,
    event        text,
    workspace_id text,
    subject      text  NOT NULL,
    proposal_id  text,
    principal    text,
    tool         text,
    session      text,
    run          text,
    decision     text,
    outcome      text,
    code         text,
    issued_by    text  NOT NULL,
    issued_at    timestamptz NOT NULL
);
COMMENT ON TABLE statement_index IS 'One entry of the log as auditors ask for it; of a call''s statements, principal, tool, session and run are the call''s';
CREATE INDEX statement_index_proposal ON statement_index (proposal_id, idx);
CREATE INDEX statement_index_principal ON statement_index (workspace_id, principal, idx);
CREATE INDEX statement_index_tool ON statement_index (workspace_id, tool, idx);
CREATE INDEX statement_index_decision ON statement_index (workspace_id, decision, idx);
CREATE INDEX statement_index_outcome ON statement_index (workspace_id, outcome, idx);
CREATE INDEX statement_index_session ON statement_index (workspace_id, session, idx);
CREATE INDEX statement_index_run ON statement_index (workspace_id, run, idx);
CREATE INDEX statement_index_issued ON statement_index (workspace_id, issued_at, idx);
