-- The signature with which each workspace has installed a package: the same files may be signed by several publishers.
alter table skill_version add column signature bytea check (octet_length(signature) <= 1024);
comment on column skill_version.signature is
  'signature.json; null for what was installed before it was kept: its signature is the archive''s, if that is the signer''s.';
