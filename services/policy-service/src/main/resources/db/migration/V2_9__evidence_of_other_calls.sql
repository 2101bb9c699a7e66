-- A call that a grant answered rests on statements about the call that its giver was shown. Each call keeps its own
-- copy of what it rests on: the other one is forgotten by its own age.
alter table call_statement
  drop constraint call_statement_pkey,
  add primary key (proposal_id, digest);
drop index call_statement_of_proposal;
comment on table call_statement is 'A row is a signed statement that a call rests on or that is about it, kept as evidence for the ones that follow.';
