-- What senders of webhooks delivered: the same delivery starts one run. Written with that run.
create table delivery (
  trigger_id text not null,
  key text not null, -- tells deliveries of the trigger apart
  at integer not null,
  status text not null,
  event text, -- by the name that the sender gives it
  message text not null,
  run text, -- that it started
  primary key (trigger_id, key)
) strict, without rowid;

create index delivery_by_status on delivery (trigger_id, status, at);
create index delivery_by_age on delivery (at);

-- Kept so far and never armed, in a form of their own; they come back armed with the next version that is kept.
delete from pipeline_trigger where kind in ('webhook', 'git');
