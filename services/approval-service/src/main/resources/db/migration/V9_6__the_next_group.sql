-- Where nobody answers for a while, a rule may have another group asked too.
alter table approval_record
    add column escalates_at       timestamptz,
    add column escalation_groups  text[] check (cardinality(escalation_groups) >= 1),
    add column escalation_members text[] check (cardinality(escalation_members) >= 1),
    add column escalated_at       timestamptz,
    add constraint approval_record_escalation_is_whole check (
        (escalates_at is null) = (escalation_groups is null) and (escalates_at is null) = (escalation_members is null)
        and (escalates_at is null or approver_groups is not null)
        and (escalated_at is null or escalates_at is not null));
comment on column approval_record.escalates_at is 'From when on the next group may answer too. Null when none ever may.';
comment on column approval_record.escalation_groups is 'The groups that whoever answers then must be in.';
comment on column approval_record.escalation_members is 'Who was in all of them when it was asked, as policy-service signed it.';
comment on column approval_record.escalated_at is 'Since when they are asked. Null as long as they are not: then none of their answers counts.';
create index approval_record_escalating on approval_record (escalates_at)
    where state = 'pending' and escalates_at is not null and escalated_at is null;

create or replace function approval_record_guard() returns trigger language plpgsql as $$
declare
    by_grant boolean;
begin
    if tg_op = 'INSERT' then
        new.changed_at := clock_timestamp();
        if new.state not in ('pending', 'cancelled') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,escalated_at,changed_at,grant_id,grant_use,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,escalated_at,changed_at,grant_id,grant_use,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[]) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_record_request_fixed';
    end if;
    if (new.summary, new.command) is distinct from (old.summary, old.command) then
        if old.state = 'pending' or new.summary not in ('', old.summary) or new.command not in ('', old.command) then
            raise exception 'a summary is only ever forgotten, after the end' using errcode = '23514', constraint = 'approval_record_summary_fixed';
        end if;
        new.changed_at := old.changed_at;
    else
        new.changed_at := clock_timestamp();
    end if;
    if (new.ended_outcome, new.ended_code, new.ended_exit_code, new.ended_at)
            is distinct from (old.ended_outcome, old.ended_code, old.ended_exit_code, old.ended_at) then
        if new.ended_at is null or new.state = 'pending'
                or (old.ended_at is not null and new.ended_outcome <> 'abandoned') then
            raise exception 'a call ends once' using errcode = '23514', constraint = 'approval_record_ended_once';
        end if;
    end if;
    if new.escalated_at is distinct from old.escalated_at
            and (old.escalated_at is not null or old.escalates_at is null or new.escalated_at < old.escalates_at
                or old.state <> 'pending' or clock_timestamp() < old.escalates_at) then
        raise exception 'the next group is asked once, when it is its turn' using errcode = '23514', constraint = 'approval_record_escalated_once';
    end if;
    if (new.grant_id, new.grant_use) is distinct from (old.grant_id, old.grant_use) and old.state <> 'pending' then
        raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
    end if;
    by_grant := exists (select from approval_grant_use u
        join approval_grant g on g.workspace_id = u.workspace_id and g.id = u.grant_id
        where u.workspace_id = new.workspace_id and u.approval_id = new.id and g.answer = new.state
          and u.grant_id = new.grant_id and u.number = new.grant_use);
    if new.grant_id is not null and not by_grant and old.grant_id is null then
        raise exception 'no use of a grant' using errcode = '23514', constraint = 'approval_record_by_grant';
    end if;
    if old.state <> 'pending' then
        if new.state <> old.state or new.resolved_at <> old.resolved_at or new.code <> old.code then
            raise exception 'resolved once' using errcode = '23514', constraint = 'approval_record_resolved_once';
        end if;
        return new;
    end if;
    if new.state in ('approved', 'denied') and clock_timestamp() >= old.expires_at then
        raise exception 'too late' using errcode = '23514', constraint = 'approval_record_in_time';
    end if;
    if new.state = 'timed_out' and clock_timestamp() < old.expires_at then
        raise exception 'too early' using errcode = '23514', constraint = 'approval_record_timeout_due';
    end if;
    if new.state = 'approved' and not by_grant and (
            exists (select from approval_answer a
                    where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied')
            or (select count(*) from approval_answer a
                where a.workspace_id = new.workspace_id and a.approval_id = new.id) < new.quorum) then
        raise exception 'not enough approvals' using errcode = '23514', constraint = 'approval_record_quorum';
    end if;
    if new.state = 'denied' and not by_grant and not exists (select from approval_answer a
            where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied') then
        raise exception 'nobody denied' using errcode = '23514', constraint = 'approval_record_denial';
    end if;
    return new;
end $$;

alter table webhook drop constraint webhook_events_check,
    add constraint webhook_events_check
    check (events <@ '{approval.pending,approval.escalated,approval.resolved}' and cardinality(events) >= 1);
alter table webhook_message drop constraint webhook_message_event_check,
    add constraint webhook_message_event_check
    check (event in ('approval.pending', 'approval.escalated', 'approval.resolved'));
