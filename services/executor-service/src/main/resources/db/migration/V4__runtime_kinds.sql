-- What a call demands of a node, and what nodes can run.
alter table execution
  add column runtime text check (runtime in ('builtin', 'process', 'wasm')),
  add column needs text[] not null default '{}';
comment on column execution.runtime is 'The kind of code that the permit names; with the tier what a node must satisfy.';
comment on column execution.needs is
  'The program and the deliveries of secrets that the call needs, as executable:<name> and delivery:<way>.';

alter table node add column has text[] not null default '{}';
comment on column node.has is
  'What the node can run: demands that it satisfies, as process/B, and its programs and deliveries as in execution.needs.';
