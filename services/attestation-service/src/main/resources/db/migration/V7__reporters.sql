ALTER TABLE rejection ADD COLUMN reporter text;
COMMENT ON COLUMN rejection.reporter IS 'SPIFFE id of the consumer whose dead letter it is about; null where the ledger found the record itself, or nobody answers for the letter';
