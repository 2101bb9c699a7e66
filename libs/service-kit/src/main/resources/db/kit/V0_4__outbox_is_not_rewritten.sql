-- A row with a record is written once and removed once. What changes lies beside it or follows from the row's age.
drop index kit_outbox_unsent;
drop index kit_outbox_repeats;
drop index kit_outbox_to_confirm;

create table kit_outbox_unsent (
  id bigint primary key,
  repeated boolean not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index kit_outbox_unsent_new_first on kit_outbox_unsent (repeated, id);
comment on table kit_outbox_unsent is 'A row is a statement of kit_outbox that Kafka has to be given.';
comment on column kit_outbox_unsent.repeated is 'Whether Kafka had been given it before.';
insert into kit_outbox_unsent (id, repeated) select id, false from kit_outbox where sent_at is null;

alter table kit_outbox
  drop column attempts, drop column next_send_at, drop column sent_at, drop column checks, drop column next_check_at;
alter table kit_outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

do $$
begin
  alter table kit_outbox alter column record set compression lz4;
exception when feature_not_supported then
  null;
end
$$;

create function kit_outbox_repeats(age interval) returns bigint immutable parallel safe
return case
  when age < interval '1 minute' then 0
  when age < interval '3 minutes' then 1
  when age < interval '7 minutes' then 2
  when age < interval '15 minutes' then 3
  else 3 + floor((extract(epoch from age) - 300) / 600)
end;
comment on function kit_outbox_repeats is
  'How often a statement of that age has been due to be sent again: after 1, 3, 7 and 15 minutes, then every 10.';

create function kit_outbox_checks(age interval) returns bigint immutable parallel safe
return case
  when age < interval '1 second' then 0
  when age < interval '32 seconds' then 1 + floor(log(2, extract(epoch from age)))
  else 6 + floor((extract(epoch from age) - 32) / 30)
end;
comment on function kit_outbox_checks is
  'How often the ledger has been due to be asked about a statement of that age: after 1, 2, 4, 8, 16 and 32 seconds, then every 30.';
