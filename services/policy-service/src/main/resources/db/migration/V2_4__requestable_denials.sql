create table requestable_denial (
  evaluation_id text primary key check (length(evaluation_id) = 26),
  workspace_id text not null references workspace,
  principal text not null,
  request_digest bytea not null check (octet_length(request_digest) = 32),
  evaluated_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > evaluated_at),
  proposal_id text check (length(proposal_id) = 26)
);
comment on table requestable_denial is
  'A row is an answer to an AuthZEN question that a human may lift: what an access request is held to. Kept two days.';
comment on column requestable_denial.request_digest is 'SHA-256 of the canonical question: who, what, with which tool and arguments.';
comment on column requestable_denial.proposal_id is 'The call by which a human was asked; null while nobody was.';
create index requestable_denial_age on requestable_denial (expires_at);
create index requestable_denial_of_proposal on requestable_denial (proposal_id) where proposal_id is not null;
