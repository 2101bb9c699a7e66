create sequence execution_fence;
comment on sequence execution_fence is 'Fencing numbers of leases; a later claim has a higher one.';

create table execution (
  proposal_id text primary key check (length(proposal_id) between 1 and 128),
  phase text not null check (phase in ('permitted', 'running', 'finished', 'stopped')),
  workspace_id text,
  principal text,
  session text,
  run text,
  pool text,
  tier text check (tier in ('A', 'B', 'C')),
  permit_cut integer check (permit_cut >= 1),
  permit_digest bytea check (octet_length(permit_digest) = 32),
  permit_record bytea,
  not_after timestamptz,
  node text,
  fence bigint unique,
  claimed_at timestamptz,
  lease_until timestamptz,
  started_record bytea,
  started_digest bytea check (octet_length(started_digest) = 32),
  stop_reason text,
  result_digest bytea check (octet_length(result_digest) = 32),
  outcome text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check (phase = 'stopped' or permit_record is not null),
  check (phase not in ('running', 'finished') or (node is not null and fence is not null and started_record is not null)),
  check (phase <> 'finished' or outcome is not null)
);
comment on table execution is
  'A row is a permitted call, or one stopped before its permit was seen. It is the only arbiter between a claim and a stop.';
comment on column execution.stop_reason is 'Why it was stopped; on a running one, what its node is told to end it for.';
comment on column execution.lease_until is 'When the node loses it unless it renews; the node ends the call before.';
create index execution_claimable on execution (pool, created_at) where phase = 'permitted';
create index execution_leases on execution (lease_until) where phase = 'running';

create table session_home (
  workspace_id text not null,
  principal text not null,
  session text not null,
  pool text not null,
  node text not null,
  since timestamptz not null default now(),
  primary key (workspace_id, principal, session, pool)
);
comment on table session_home is 'A row says which node of a pool holds the workspace of a session.';

create table freeze_in_force (
  scope text not null check (scope in ('fleet', 'workspace', 'principal', 'session', 'run')),
  workspace_id text not null default '',
  id text not null default '',
  since timestamptz not null default now(),
  primary key (scope, workspace_id, id)
);
comment on table freeze_in_force is 'A row is a freeze in force: nothing that it covers is claimed, and what runs is ended.';

create table node (
  spiffe_id text primary key,
  pool text not null,
  name text not null,
  tiers text not null,
  capacity integer not null,
  os text,
  kernel text,
  arch text,
  backend text,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now()
);
comment on table node is 'A row is an executor node as it last said of itself; its id and pool are from its certificate.';
