alter table revocation add column refused_from bigint not null default 0 check (refused_from >= 0);
alter table revocation alter column refused_from drop default;
comment on column revocation.refused_from is
  'What was a leaf of the ledger below this index stays good. 0: nothing does, as for revocations made before this column.';
