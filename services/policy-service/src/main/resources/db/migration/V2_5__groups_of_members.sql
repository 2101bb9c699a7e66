create table member_group (
  workspace_id text not null,
  name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  principal text not null,
  primary key (workspace_id, name, principal),
  foreign key (workspace_id, principal) references member on delete cascade
);
comment on table member_group is 'A row is a person in a group. A rule that asks humans may ask the members of a group alone.';

alter table proposal add column approver_groups text[] not null default '{}';
comment on column proposal.approver_groups is 'The groups that whoever approves must be in; empty when the role is enough.';
