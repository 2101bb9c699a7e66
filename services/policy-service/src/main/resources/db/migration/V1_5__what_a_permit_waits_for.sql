-- What the call's last permit asks of a node; not known of permits cut before.
alter table proposal add permit_pool text, add permit_tier text check (permit_tier in ('A', 'B', 'C')),
  add check ((permit_pool is null) = (permit_tier is null));
