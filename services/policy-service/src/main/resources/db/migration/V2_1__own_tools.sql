-- The tools that workspaces register for themselves.
create table own_tool_name (
  workspace_id text not null references workspace,
  shape text not null,
  name text not null,
  primary key (workspace_id, shape),
  unique (workspace_id, name)
);
comment on table own_tool_name is 'A row is the name of an own tool of a workspace; it stays when all versions are retired.';
comment on column own_tool_name.shape is 'The name without dots: no two tools look the same where names have none.';

create table own_tool (
  workspace_id text not null,
  name text not null,
  version integer not null check (version between 1 and 999999999),
  document bytea not null,
  digest bytea not null check (length(digest) = 32),
  state text not null check (state in ('PENDING', 'ACTIVE', 'RETIRED')),
  proposers text[] not null check (cardinality(proposers) >= 1),
  registered_at timestamptz not null default now(),
  expires_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  retired_by text,
  retired_at timestamptz,
  primary key (workspace_id, name, version),
  foreign key (workspace_id, name) references own_tool_name (workspace_id, name),
  check ((state = 'PENDING') = (expires_at is not null)),
  check ((decided_by is null) = (decided_at is null)),
  check ((state = 'RETIRED') = (retired_by is not null)),
  check ((retired_by is null) = (retired_at is null)),
  -- Nobody confirms his own tool, whoever writes the row.
  check (decided_by is null or not (decided_by = any (proposers)))
);
comment on table own_tool is 'A row is one version of an own tool. Its document never changes; its state does.';
comment on column own_tool.document is 'The document in canonical JSON; its SHA-256 is the digest that statements name.';
comment on column own_tool.proposers is 'Who registered it, and who answers for that; none of them confirms it.';
