-- What a node may hold, for how long, and what became of it.
alter table execution
  add column uses_workspace boolean not null default true,
  add column hold_until timestamptz,
  add column stop_told_at timestamptz,
  add column journal text,
  add column renewed boolean not null default false,
  add column workspace_lost boolean not null default false,
  add column late_digest bytea check (octet_length(late_digest) = 32);
update execution set hold_until = claimed_at + interval '15 minutes' where phase = 'running';
alter table execution add check (phase <> 'running' or hold_until is not null);
comment on column execution.uses_workspace is 'Whether the call can see its session''s workspace.';
comment on column execution.hold_until is 'The lease is not renewed beyond it: the call''s own time limit and a grace.';
comment on column execution.stop_told_at is 'When its node was first told to end it; the lease is not renewed long after.';
comment on column execution.journal is 'The journal of the node that claimed it; only a node with that journal is handed the claim again.';
comment on column execution.renewed is 'Whether the node has renewed the lease, which shows that it received the claim.';
comment on column execution.workspace_lost is 'Whether the node was told to refuse it, since the session''s workspace is lost.';
comment on column execution.late_digest is 'The one result that came after the lease was lost and was published as evidence.';
create index execution_held on execution (pool, workspace_id, principal) where phase = 'running';

alter table session_home
  add column last_used timestamptz not null default now(),
  add column given_up boolean not null default false;
comment on column session_home.given_up is 'Whether an operator gave it up: the session''s next call is refused, then it begins anew.';
create index session_home_node on session_home (node);
