-- Sign-in at an organisation's OpenID provider. A person connects an account there once, after a one-time link for it; from
-- then on the account's subject, which its provider never gives to anybody else, says who signs in.
create table sign_in_account (
    id           text        primary key check (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    issuer       text        not null,
    subject      text        not null check (length(subject) between 1 and 255),
    workspace_id text        not null,
    principal    text        not null check (principal like 'person:%'),
    name         text        not null check (length(name) <= 200),
    connected_at timestamptz not null default clock_timestamp(),
    unique (issuer, subject)
);
comment on table sign_in_account is 'A row is an account at an OpenID provider that signs one person in to one workspace.';
comment on column sign_in_account.id is 'What statements call it: they name neither the subject nor the name.';
comment on column sign_in_account.name is 'What the provider called it when it was connected. Only shown; it decides nothing.';
create index sign_in_account_of_person on sign_in_account (workspace_id, principal);

create table sign_in_request (
    state_hash    bytea       primary key check (octet_length(state_hash) = 32),
    browser_hash  bytea       not null check (octet_length(browser_hash) = 32),
    nonce         text        not null,
    code_verifier text        not null,
    session_id    text,
    expires_at    timestamptz not null
);
comment on table sign_in_request is 'A row is a sign-in that was begun at the provider and has not come back yet. Taking it away is its one use.';
comment on column sign_in_request.browser_hash is 'SHA-256 of the cookie of the browser that began it; no other browser may end it.';
comment on column sign_in_request.session_id is 'The session whose person connects an account; null where somebody signs in.';
create index sign_in_request_expiry on sign_in_request (expires_at);

alter table sign_in_session
    add column roles text[],
    drop constraint sign_in_session_signed_in_by_check,
    add constraint sign_in_session_signed_in_by_check check (signed_in_by in ('link', 'passkey', 'oidc'));
comment on column sign_in_session.roles is 'The roles that the person had at the sign-in and may not exceed in it; null where any count.';

alter table approval_answer
    drop constraint approval_answer_authenticator,
    add constraint approval_answer_authenticator
        check (authenticator in ('session', 'oidc', 'fresh-link', 'token', 'device-certificate'));
