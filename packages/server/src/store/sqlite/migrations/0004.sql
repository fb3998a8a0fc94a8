-- What lists are filtered by, beside what they are ordered by, so that a filter reads an index and not the history.
alter table run add column trigger_name text not null default '';
alter table run add column started_by text not null default ''; -- id of the actor
alter table run add column took_ms integer; -- from start to end

update run set
  trigger_name = coalesce((select json_extract(body, '$.trigger') from run_facts where run = run.key), ''),
  started_by = coalesce((select json_extract(body, '$.actor.id') from run_facts where run = run.key), ''),
  took_ms = max(0, ended_at - json_extract(header, '$.startedAt'));

drop index run_by_status;
create index run_by_status on run
  (namespace, status, created_at, key, pipeline, id, trigger_name, started_by, took_ms);

drop index run_by_pipeline;
create index run_by_pipeline on run
  (namespace, pipeline, status, created_at, key, trigger_name, started_by, took_ms);

create index run_by_end on run (namespace, ended_at, status) where ended_at is not null;
