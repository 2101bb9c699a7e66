-- A card of the queue says what runs, and a record says what became of its call.
alter table approval_record
    add column command         text not null default '',
    add column ended_outcome   text,
    add column ended_code      text,
    add column ended_exit_code integer,
    add column ended_at        timestamptz,
    add constraint approval_record_end_is_whole check ((ended_at is null) = (ended_outcome is null)
        and (ended_at is null) = (ended_code is null) and (ended_at is not null or ended_exit_code is null));
comment on column approval_record.command is 'The beginning of what runs, in one line; text from outside. Empty some days after the end, and of records older than this column.';
comment on column approval_record.ended_outcome is 'How the call ended, as policy-service stated it; null while nobody has said so here.';
comment on column approval_record.ended_code is 'The typed code of the call''s end.';
comment on column approval_record.ended_exit_code is 'The exit code that the node stated; null where no process exited.';
comment on column approval_record.ended_at is 'When policy-service stated the end.';

-- What waits is listed by what is at stake, then by the time that is left.
drop index approval_record_queue;
create index approval_record_queue on approval_record (workspace_id,
    (case risk_level when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end), expires_at, id)
    where state = 'pending';

create index approval_record_history on approval_record (workspace_id, resolved_at desc, id desc) where state <> 'pending';
create index approval_answer_by_approver on approval_answer (workspace_id, approver, approval_id);

drop index approval_record_forgettable;
create index approval_record_forgettable on approval_record (resolved_at)
    where (summary <> '' or command <> '') and state <> 'pending';

-- The guard of V5, and: the command is forgotten as the summary is; a call's end is stated once, unless the call is
-- given up afterwards because nobody believes how it ended.
create or replace function approval_record_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.changed_at := clock_timestamp();
        if new.state not in ('pending', 'cancelled') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,changed_at,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,changed_at,summary,command,ended_outcome,ended_code,ended_exit_code,ended_at}'::text[]) then
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
    if new.state = 'approved' and (
            exists (select from approval_answer a
                    where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied')
            or (select count(*) from approval_answer a
                where a.workspace_id = new.workspace_id and a.approval_id = new.id) < new.quorum) then
        raise exception 'not enough approvals' using errcode = '23514', constraint = 'approval_record_quorum';
    end if;
    if new.state = 'denied' and not exists (select from approval_answer a
            where a.workspace_id = new.workspace_id and a.approval_id = new.id and a.answer = 'denied') then
        raise exception 'nobody denied' using errcode = '23514', constraint = 'approval_record_denial';
    end if;
    return new;
end $$;
