-- The bytes of a call go some days after its end, and the call with all that is kept about it some weeks after.
alter table proposal
  alter column arguments drop not null,
  alter column explanation drop not null,
  add column stop_explanation bytea,
  -- Nobody looks a call up by its question.
  drop constraint proposal_approval_id_key,
  add constraint proposal_open_has_bytes check (phase = 'DONE' or (arguments is not null and explanation is not null));
comment on column proposal.arguments is 'The detail: 32 random bytes and the canonical arguments. Null some days after the end.';
comment on column proposal.explanation is 'The detail: 32 random bytes and the canonical explanation. Null some days after the end.';
comment on column proposal.stop_explanation is
  'The detail: why a later decision did not permit the call any more. Null without one, and some days after the end.';
comment on column proposal.result is 'What came out, canonical JSON. Null before the end, where nothing ran, and some days after the end.';
create index proposal_with_bytes on proposal (ended_at) where phase = 'DONE' and arguments is not null;
create index proposal_ended on proposal (ended_at) where phase = 'DONE';
create index proposal_asked_about on proposal (workspace_id, principal) where phase = 'APPROVE';

alter table run_budget add column used_at timestamptz not null default now();
comment on column run_budget.used_at is 'When a call was last counted; runs that are not used any more are forgotten.';
