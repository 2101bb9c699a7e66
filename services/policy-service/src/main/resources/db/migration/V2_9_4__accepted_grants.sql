-- approval-service states which grant answers a call. What it may state is held against what people answered first: one
-- question gives one grant, and each use of that has a number of its own.
create table accepted_grant (
  workspace_id text not null,
  approval_id text not null,
  statement bytea not null check (octet_length(statement) = 32),
  grant_id text,
  accepted_at timestamptz not null default now(),
  primary key (workspace_id, approval_id)
);
comment on table accepted_grant is 'A row is the one answer to a question that may answer further calls.';
comment on column accepted_grant.statement is 'Digest of the statement of the answer: the first one that was seen.';
comment on column accepted_grant.grant_id is 'The grant that it gave; null where it gave none that counts.';

create table accepted_grant_use (
  workspace_id text not null,
  grant_id text not null,
  use_number integer not null check (use_number >= 1),
  proposal_id text not null,
  primary key (workspace_id, grant_id, use_number)
);
comment on table accepted_grant_use is 'A row is a call that a grant answered. No other call takes the same number.';

create table revoked_grant (
  workspace_id text not null,
  grant_id text not null,
  revoked_at timestamptz not null default now(),
  primary key (workspace_id, grant_id)
);
comment on table revoked_grant is 'A row is a grant that answers no further call.';

-- Whoever once had a key counts as having one: removed ones are looked for too.
drop index approver_key_of_person;
create index approver_key_of_person on approver_key (workspace_id, principal);
