create table secret_refusal (
  proposal_id text not null,
  code text not null,
  count bigint not null check (count > 0),
  primary key (proposal_id, code)
);
comment on table secret_refusal is 'How often a secret was refused to nodes of a call for one reason.';
