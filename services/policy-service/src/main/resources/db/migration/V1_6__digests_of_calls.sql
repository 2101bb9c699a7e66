-- Digests are bytes. What follows from other columns, or is said by the call's statements alone, is no column any more.
alter table proposal
  drop column principal_kind,
  drop column capabilities,
  drop column sensitive,
  drop column version,
  alter column tool_version drop not null,
  alter column tool_digest drop not null,
  alter column policy_set drop not null,
  alter column request_hash drop not null,
  alter column four_eyes set default false,
  alter column cut set default 0,
  alter column tool_digest type bytea using decode(tool_digest, 'hex'),
  alter column policy_set type bytea using decode(policy_set, 'hex'),
  alter column request_hash type bytea using decode(request_hash, 'hex'),
  alter column prompt_digest type bytea using decode(prompt_digest, 'hex'),
  alter column proposed_digest type bytea using decode(proposed_digest, 'hex'),
  alter column approval_requested_digest type bytea using decode(approval_requested_digest, 'hex'),
  alter column approval_resolved_digest type bytea using decode(approval_resolved_digest, 'hex'),
  alter column permit_digest type bytea using decode(permit_digest, 'hex'),
  alter column stop_statement type bytea using decode(stop_statement, 'hex'),
  add column args_digest bytea,
  add column rule_digests_bytes bytea[];

update proposal set
  args_digest = sha256(arguments),
  rule_digests_bytes = array(
    select decode(digest, 'hex') from unnest(rule_digests) with ordinality as rule (digest, position) order by position),
  -- Where nothing was decided or hashed, the SHA-256 of nothing stood for that.
  policy_set = nullif(policy_set, sha256('')),
  request_hash = nullif(request_hash, sha256(''));

alter table proposal drop column rule_digests;
alter table proposal rename column rule_digests_bytes to rule_digests;
alter table proposal
  alter column args_digest set not null,
  alter column rule_digests set not null,
  add check (cardinality(rule_digests) = cardinality(rule_ids)),
  add check ((tool_version is null) = (tool_digest is null)),
  add check (decision_outcome = 'DENY' or (tool_digest is not null and policy_set is not null
    and request_hash is not null)),
  add check (octet_length(args_digest) = 32 and octet_length(proposed_digest) = 32),
  add check ((approval_id is null) = (approval_requested_digest is null)),
  add check ((cut = 0) = (permit_digest is null)),
  add check ((stop_reason is null) = (stop_statement is null));

comment on column proposal.args_digest is 'SHA-256 of the column arguments.';
comment on column proposal.tool_version is
  'Null for a tool that does not exist. Calls from before this migration have the word none instead, as they were signed.';
comment on column proposal.policy_set is 'The set that decided; null where none did.';
comment on column proposal.request_hash is 'SHA-256 of the evaluated request; null where it could not be written down.';
