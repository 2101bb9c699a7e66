create table effect (digest text not null, event text not null, at timestamptz not null default now());
comment on table effect is 'A row is one effect of a statement in the test service.';
