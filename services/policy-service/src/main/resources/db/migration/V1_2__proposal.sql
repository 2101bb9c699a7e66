create table proposal (
  proposal_id text primary key check (length(proposal_id) = 26),
  workspace_id text not null references workspace,
  principal text not null,
  principal_kind text not null check (principal_kind in ('person', 'agent', 'service')),
  accountable text[] not null,
  device text,
  channel text not null,
  session text not null check (length(session) between 1 and 128),
  run text not null check (length(run) between 1 and 128),
  tool text not null,
  tool_version text not null,
  tool_digest text not null,
  arguments bytea not null,
  secrets text[] not null,
  egress_hosts text[] not null,
  capabilities text[] not null,
  sensitive boolean not null,
  created_at timestamptz not null,
  decision_outcome text not null check (decision_outcome in ('ALLOW', 'DENY', 'APPROVAL_REQUIRED')),
  decision_code text not null,
  rule_ids text[] not null,
  rule_digests text[] not null check (cardinality(rule_digests) = cardinality(rule_ids)),
  policy_set text not null,
  request_hash text not null,
  explanation bytea not null,
  phase text not null check (phase in ('DECIDE', 'APPROVE', 'QUEUE', 'RUN', 'DONE')),
  outcome text,
  code text,
  approval_id text unique,
  approval_expires_at timestamptz,
  approver_role text,
  quorum integer,
  four_eyes boolean not null,
  prompt_digest text,
  proposed_digest text not null,
  approval_requested_digest text,
  approval_resolved_digest text,
  permit_digest text,
  cut integer not null,
  permit_not_after timestamptz,
  start_by timestamptz,
  stop_reason text,
  stop_statement text,
  result bytea,
  ended_at timestamptz,
  version bigint not null,
  check ((phase = 'DONE') = (outcome is not null and code is not null and ended_at is not null)),
  check ((phase = 'APPROVE') <= (approval_id is not null and approval_expires_at is not null)),
  check ((phase in ('QUEUE', 'RUN')) <= (cut > 0 and permit_not_after is not null and start_by is not null))
);
comment on table proposal is 'A row is a tool call, from its proposal to its one end.';
comment on column proposal.arguments is 'The detail: 32 random bytes and the canonical arguments.';
comment on column proposal.explanation is 'The detail: 32 random bytes and the canonical explanation.';
comment on column proposal.stop_reason is 'Why the call is to be stopped before it starts, once somebody asked for that.';
create index proposal_of_principal on proposal (workspace_id, principal, proposal_id desc);
create index proposal_of_workspace on proposal (workspace_id, proposal_id desc);
create index proposal_waiting_for_approval on proposal (approval_expires_at) where phase = 'APPROVE';
create index proposal_queued on proposal (permit_not_after) where phase = 'QUEUE';

create table proposal_history (
  proposal_id text not null references proposal,
  position integer not null,
  phase text not null,
  outcome text,
  code text,
  at timestamptz not null default clock_timestamp(),
  primary key (proposal_id, position)
);
comment on table proposal_history is 'A row is one state that a call has been in, in order.';

create table call_statement (
  digest bytea primary key check (octet_length(digest) = 32),
  proposal_id text not null references proposal,
  type text not null,
  links bytea[] not null,
  signed bytea not null,
  at timestamptz not null default now()
);
comment on table call_statement is 'A row is a signed statement about a call, kept as evidence for the ones that follow.';
create index call_statement_of_proposal on call_statement (proposal_id);

create table idempotency_key (
  workspace_id text not null references workspace,
  principal text not null,
  key text not null check (length(key) between 1 and 255),
  body_digest bytea not null check (octet_length(body_digest) = 32),
  proposal_id text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, principal, key)
);
comment on table idempotency_key is 'A row is a client''s key for one proposal; kept 24 hours.';
create index idempotency_key_age on idempotency_key (created_at);
