-- Which statement says how a record ended, for whoever looks it up in the ledger. Records from before have none here.
create table stated_answer (
    workspace_id text  not null,
    approval_id  text  not null,
    digest       bytea not null check (octet_length(digest) = 32),
    primary key (workspace_id, approval_id),
    foreign key (workspace_id, approval_id) references approval_record
);
comment on table stated_answer is 'A row is the signed answer of a record: approved, denied or timed out. A cancelled one has none.';
comment on column stated_answer.digest is 'SHA-256 of the statement.';
