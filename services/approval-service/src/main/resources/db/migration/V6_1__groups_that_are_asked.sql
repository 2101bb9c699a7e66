-- A rule may ask the members of a group, and nobody else.
alter table approval_record
    add column approver_groups text[] check (cardinality(approver_groups) >= 1),
    add column group_members   text[] check (cardinality(group_members) >= 1),
    add constraint approval_record_group_is_whole check ((approver_groups is null) = (group_members is null));
comment on column approval_record.approver_groups is 'The groups that whoever answers must be in. Null when the role is enough.';
comment on column approval_record.group_members is 'Who was in all of them when it was asked, as policy-service signed it.';
