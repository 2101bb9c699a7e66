create table trust_step (
  step integer primary key check (step > 0),
  follows bytea not null check (octet_length(follows) between 1 and 65536),
  signed bytea not null check (octet_length(signed) between 1 and 131072),
  taken_at timestamptz not null
);
comment on table trust_step is
  'A row is a step from the roots that the fleet trusts to the next ones, signed by a root of those before.';
comment on column trust_step.follows is 'The roots before it, as trust.json has them.';

create table trust_holding (
  serial text primary key,
  spiffe_id text not null,
  step integer not null check (step >= 0),
  not_after timestamptz not null
);
comment on table trust_holding is
  'A row says which roots the holder of a TLS certificate last said to pin.';
create index trust_holding_not_after on trust_holding (not_after);
