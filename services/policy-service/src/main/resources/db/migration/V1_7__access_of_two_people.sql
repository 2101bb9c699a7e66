-- Changes of a configuration that open something wait for a second person.
create table config_change (
  change_id text primary key check (length(change_id) = 26),
  workspace_id text not null references workspace,
  based integer not null check (based >= 1),
  opens text[] not null check (cardinality(opens) >= 1),
  before jsonb not null,
  after jsonb not null,
  proposers text[] not null check (cardinality(proposers) >= 1),
  proposed_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > proposed_at),
  state text not null default 'PENDING' check (state in ('PENDING', 'CONFIRMED', 'WITHDRAWN')),
  decided_by text,
  decided_at timestamptz,
  check ((state = 'PENDING') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  -- Nobody confirms his own change, whoever writes the row.
  check (state <> 'CONFIRMED' or not (decided_by = any (proposers)))
);
comment on table config_change is 'A row is a change of a configuration that opens something: it waits, or waited, for a second person.';
comment on column config_change.proposers is 'Who proposed it, and who answers for the proposer; none of them confirms it.';
create index config_change_of_workspace on config_change (workspace_id, change_id desc);

-- What the whole fleet trusts is operated from one workspace only: the first.
alter table workspace add column fleet boolean not null default false;
update workspace set fleet = true
where workspace_id = (select workspace_id from workspace order by created_at, workspace_id limit 1);
create unique index workspace_of_the_fleet on workspace (fleet) where fleet;
comment on column workspace.fleet is 'Whether it is the workspace of the fleet''s owner; there is one.';

-- A token outlives the membership it was of, revoked: who held it must stay readable.
alter table api_token drop constraint api_token_workspace_id_principal_fkey,
  add foreign key (workspace_id) references workspace;

-- A call ends when the token that proposed it is revoked.
alter table proposal add column token_id text;
comment on column proposal.token_id is 'The token that proposed it; null for a certificate, and for calls of earlier versions.';
