-- What is new is found among what is new: the index of all that is due grew with every call that was open.
drop index kit_outbox_due;
create index kit_outbox_unsent on kit_outbox (id) where sent_at is null;
create index kit_outbox_repeats on kit_outbox (next_send_at) where sent_at is not null;
