-- The end of a grant: what it has answered is taken back one by one.
alter table approval_grant_use
    add column withdrawal text not null default 'none' check (withdrawal in ('none', 'due', 'stated', 'unbelieved'));
comment on column approval_grant_use.withdrawal is 'Whether the answer is taken back, since the grant was revoked before the call had ended: due until that is stated; unbelieved where it need not be, since a key that the answer rests on was revoked.';
create index approval_grant_use_withdrawal_due on approval_grant_use (grant_id, number) where withdrawal = 'due';

create or replace function approval_grant_use_guard() returns trigger language plpgsql as $$
declare
    used_grant approval_grant;
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'withdrawal' = to_jsonb(old) - 'withdrawal'
            and ((old.withdrawal = 'none' and new.withdrawal = 'due')
                or (old.withdrawal = 'due' and new.withdrawal in ('stated', 'unbelieved'))) then
        return new;
    end if;
    if tg_op <> 'INSERT' then
        raise exception 'uses stay as they are' using errcode = '23514', constraint = 'approval_grant_kept';
    end if;
    select * into used_grant from approval_grant g
        where g.workspace_id = new.workspace_id and g.id = new.grant_id for update;
    if used_grant.revoked_at is not null then
        raise exception 'revoked' using errcode = '23514', constraint = 'approval_grant_revoked';
    end if;
    if clock_timestamp() >= used_grant.ends_at then
        raise exception 'ended' using errcode = '23514', constraint = 'approval_grant_ended';
    end if;
    if new.number <> used_grant.used + 1 or new.number > used_grant.uses then
        raise exception 'used up' using errcode = '23514', constraint = 'approval_grant_used_up';
    end if;
    update approval_grant set used = new.number where workspace_id = new.workspace_id and id = new.grant_id;
    return new;
end $$;
