create table tool_call_config (
  workspace_id text not null references workspace,
  version integer not null check (version >= 1),
  document jsonb not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (workspace_id, version)
);
comment on table tool_call_config is 'A row is one version of a workspace''s tool configuration; the highest one counts. Rows never change.';

create table run_budget (
  workspace_id text not null references workspace,
  principal text not null,
  session text not null,
  run text not null,
  granted integer not null default 0 check (granted >= 0),
  denied integer not null default 0 check (denied >= 0),
  primary key (workspace_id, principal, session, run)
);
comment on table run_budget is 'A row counts the calls of one run: granted (or still asked for), and denied.';
