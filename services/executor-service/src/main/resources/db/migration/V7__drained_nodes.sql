-- Nodes that are to take no more calls, as an operator has said; it outlasts the node's restarts.
alter table node
  add column drained_at timestamptz,
  add column drained_by text,
  add check ((drained_at is null) = (drained_by is null));
comment on column node.drained_at is 'Since when it is given no more calls; null for a node that takes them.';
comment on column node.drained_by is 'The operator who said so.';
