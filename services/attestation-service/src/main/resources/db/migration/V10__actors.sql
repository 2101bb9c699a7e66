-- Auditors ask who did what an audit statement tells of. The index is read again, since its rows lack it.
TRUNCATE statement_index, call, statement_name;
UPDATE projection SET next_idx = 0 WHERE name = 'statement_index';

ALTER TABLE statement_index ADD COLUMN actor text;
COMMENT ON COLUMN statement_index.actor IS 'Who did what an audit statement tells of; null where it names nobody';
