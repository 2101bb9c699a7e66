create table device (
  spiffe_id text primary key check (spiffe_id ~ '^spiffe://[^/]+/(device|agent)/[^/]+$'),
  label text not null check (octet_length(label) between 1 and 256),
  paired_at timestamptz not null,
  paired_by text not null
);
comment on table device is 'A row is a device or agent that was paired. Its certificates are in issued_certificate.';

create table pairing_window (
  window_id text primary key check (window_id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
  spiffe_id text not null,
  label text not null,
  state text not null check (state in ('open', 'begun', 'paired', 'burned', 'expired')),
  wrapped_seed bytea check (octet_length(wrapped_seed) <= 4096),
  opened_at timestamptz not null,
  opened_by text not null,
  expires_at timestamptz not null check (expires_at > opened_at),
  request bytea check (octet_length(request) <= 8192),
  first_message bytea check (octet_length(first_message) <= 1024),
  proof bytea check (octet_length(proof) <= 1024),
  confirmation bytea check (octet_length(confirmation) <= 1024),
  chain text,
  check ((wrapped_seed is not null) = (state in ('open', 'begun'))),
  check ((state = 'paired') = (chain is not null))
);
comment on table pairing_window is
  'A row is a window in which one device may pair. The code and all randomness of this side follow from the seed, which the protector keeps wrapped, and which is gone when the window ends.';
create unique index pairing_window_one on pairing_window ((true)) where state in ('open', 'begun');

create table pairing_lock (
  only_row boolean primary key default true check (only_row),
  burned integer not null default 0 check (burned >= 0),
  locked_until timestamptz
);
comment on table pairing_lock is 'The one row counts burned windows since the last device was paired.';
insert into pairing_lock default values;

alter table issued_certificate drop constraint issued_certificate_issued_by_check;
alter table issued_certificate add constraint issued_certificate_issued_by_check
  check (issued_by in ('renewal', 'join', 'pairing'));

alter table revocation add column cleared_at timestamptz;
alter table revocation add column cleared_by text;
alter table revocation add check ((cleared_at is null) = (cleared_by is null));
alter table revocation add check (cleared_at is null or spiffe_id is not null);
comment on column revocation.cleared_at is
  'An owner let the id pair again. The certificates that it had then are revoked one by one.';
drop index revocation_spiffe_id;
create unique index revocation_spiffe_id on revocation (spiffe_id) where cleared_at is null;
