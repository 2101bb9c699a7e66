-- Nodes that an operator has told to try their sandboxes, and what came of it the last time.
create table node_attack (
  spiffe_id text primary key references node on delete cascade,
  id text not null check (id ~ '^[0-9a-f]{32}$'),
  asked_at timestamptz not null default now(),
  asked_by text not null,
  answered_at timestamptz,
  results jsonb,
  check ((answered_at is null) = (results is null))
);
comment on table node_attack is 'A row is the last time that a node was told to try the promises of its sandboxes.';
