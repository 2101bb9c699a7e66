-- Questions that show the same are one card, and are answered together, each by an answer of its own.
alter table asked_call add column shown_mac bytea check (octet_length(shown_mac) = 32);
comment on column asked_call.shown_mac is 'HMAC-SHA-256, under the workspace''s key, of all that people are shown but session and run. Null for a question from before this was kept, and once it was forgotten.';
