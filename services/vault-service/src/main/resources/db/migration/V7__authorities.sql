alter table issued_certificate add column authority bytea check (octet_length(authority) = 32);
alter table issued_certificate add column fingerprint bytea check (octet_length(fingerprint) = 32);
alter table issued_certificate add column shown_with text;
alter table issued_certificate add column replaces text;
alter table issued_certificate add column used_at timestamptz;
comment on column issued_certificate.authority is
  'SHA-256 of the certificate of the authority that issued it. Null: issued before this column.';
comment on column issued_certificate.fingerprint is
  'SHA-256 of the certificate. Null: issued before this column.';
comment on column issued_certificate.shown_with is
  'Serial number of the TLS certificate of the same answer: who shows that one has this one as well.';
comment on column issued_certificate.replaces is
  'Serial number of the certificate that its holder gives up as soon as it uses this one.';
comment on column issued_certificate.used_at is
  'When its holder first showed that it has it. Null: its answer may have been lost.';
create index issued_certificate_shown_with on issued_certificate (shown_with) where used_at is null;
create index issued_certificate_replaces on issued_certificate (replaces) where replaces is not null;

create table revoked_authority (
  authority bytea primary key check (octet_length(authority) = 32),
  certificate bytea not null check (octet_length(certificate) between 1 and 8192),
  reason text not null check (octet_length(reason) <= 500),
  revoked_at timestamptz not null,
  revoked_by text not null,
  refused_from bigint not null check (refused_from >= 0),
  leaves_at timestamptz not null
);
comment on table revoked_authority is
  'A row ends trust in an issuing authority and in every certificate that its key has signed or will sign.';
