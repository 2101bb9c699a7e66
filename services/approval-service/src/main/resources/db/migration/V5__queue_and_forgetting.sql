-- What waits is listed by what is at stake, then by age.
create index approval_record_queue on approval_record (workspace_id,
    (case risk_level when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end), id)
    where state = 'pending';

create index approval_record_forgettable on approval_record (resolved_at) where summary <> '' and state <> 'pending';
create index approval_answer_forgettable on approval_answer (workspace_id, approval_id) where reason <> '';

-- The one line of a call and an approver's words are forgotten as the prompt is, some days after the end. Nobody needs to
-- look at the record again for that, so it does not count as a change. An answer that leaves the record open does.
create or replace function approval_record_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.changed_at := clock_timestamp();
        if new.state not in ('pending', 'cancelled') then
            raise exception 'a record begins open' using errcode = '23514', constraint = 'approval_record_begins_open';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - '{state,code,resolved_at,changed_at,summary}'::text[])
            <> (to_jsonb(old) - '{state,code,resolved_at,changed_at,summary}'::text[]) then
        raise exception 'what was asked does not change' using errcode = '23514', constraint = 'approval_record_request_fixed';
    end if;
    if new.summary <> old.summary then
        if new.summary <> '' or old.state = 'pending' then
            raise exception 'a summary is only ever forgotten, after the end' using errcode = '23514', constraint = 'approval_record_summary_fixed';
        end if;
        new.changed_at := old.changed_at;
    else
        new.changed_at := clock_timestamp();
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

create function approval_answer_changes_record() returns trigger language plpgsql as $$
begin
    update approval_record set changed_at = clock_timestamp()
        where workspace_id = new.workspace_id and id = new.approval_id;
    return null;
end $$;
create trigger approval_answer_changes_record after insert on approval_answer
    for each row execute function approval_answer_changes_record();

drop trigger approval_answer_kept on approval_answer;
create function approval_answer_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or new.reason <> ''
            or (to_jsonb(new) - 'reason') <> (to_jsonb(old) - 'reason')
            or exists (select from approval_record r
                where r.workspace_id = new.workspace_id and r.id = new.approval_id and r.state = 'pending') then
        raise exception 'an answer stays as it is; its words are only ever forgotten, after the end' using errcode = '23514', constraint = 'approval_record_kept';
    end if;
    return new;
end $$;
create trigger approval_answer_kept before update or delete on approval_answer
    for each row execute function approval_answer_kept();
comment on column approval_record.summary is 'The call in one line of plain words; empty some days after the end.';
comment on column approval_answer.reason is 'The person''s words; empty without, and some days after the end.';
comment on table approval_answer is 'What one person answered to one request; never removed, and nothing of it changed but its words forgotten.';
