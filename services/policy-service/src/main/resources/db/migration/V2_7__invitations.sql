create table invitation (
  invitation_id text primary key,
  workspace_id text not null references workspace,
  principal text not null check (principal like 'person:%'),
  roles text[] not null,
  beginning bytea not null check (octet_length(beginning) = 32),
  state text not null default 'PENDING' check (state in ('PENDING', 'CONFIRMED', 'WITHDRAWN')),
  proposers text[] not null check (cardinality(proposers) >= 1),
  proposed_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decided_by text,
  check ((state = 'PENDING') = (decided_by is null))
);
create index invitation_of_workspace on invitation (workspace_id, invitation_id);
comment on table invitation is
  'A row is a person whom two people let in: one has the beginning of the link, kept here as its SHA-256, the other gets its end.';
