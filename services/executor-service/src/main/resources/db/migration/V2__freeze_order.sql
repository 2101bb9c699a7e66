-- Freezes and their ends may arrive in any order.
create table freeze_change (
  scope text not null,
  workspace_id text not null,
  id text not null,
  changed_at timestamptz not null,
  primary key (scope, workspace_id, id)
);
comment on table freeze_change is
  'A row is something that was frozen at least once, and when its last freeze or end of one known here was stated.';
