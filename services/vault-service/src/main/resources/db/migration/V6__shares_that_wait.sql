create table people_key_waiting (
  only_row boolean primary key default true check (only_row),
  threshold integer not null check (threshold >= 2),
  people integer not null check (people >= threshold and people <= 255),
  proof bytea not null check (octet_length(proof) <= 256),
  made_at timestamptz not null,
  made_by text not null
);
comment on table people_key_waiting is
  'The one row is a key in shares that was made and counts only when enough of its shares have been sent back; proof is what it opens.';
