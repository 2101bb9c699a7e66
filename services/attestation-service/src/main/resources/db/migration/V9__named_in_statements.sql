-- Auditors ask for rules, approvers and codes too. The index is read again, since its rows lack them.
TRUNCATE statement_index, call;
UPDATE projection SET next_idx = 0 WHERE name = 'statement_index';

ALTER TABLE statement_index ADD COLUMN rules text[] NOT NULL DEFAULT '{}';
ALTER TABLE statement_index ADD COLUMN approvers text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN statement_index.rules IS 'Ids of the rules that the statement names: they determined the decision, ask for an approval, or were lifted by one';
COMMENT ON COLUMN statement_index.approvers IS 'The people whose answers the statement holds';
CREATE INDEX statement_index_code ON statement_index (workspace_id, code, idx) WHERE code IS NOT NULL;

CREATE TABLE statement_name (
    workspace_id text   NOT NULL,
    kind         text   NOT NULL CHECK (kind IN ('rule', 'approver')),
    name         text   NOT NULL,
    idx          bigint NOT NULL,
    PRIMARY KEY (workspace_id, kind, name, idx)
);
COMMENT ON TABLE statement_name IS 'One of possibly several names in an entry, so that a question for the name is answered in the order of the log; emptied together with statement_index';
