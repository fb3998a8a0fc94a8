CREATE TABLE answer (
  namespace text not null,
  key text not null,
  fingerprint text not null,
  at integer not null,
  body text not null,
  primary key (namespace, key)
) strict, without rowid;

CREATE INDEX answer_by_age on answer (at);

CREATE TABLE commit_status (
  run integer primary key references run (key) on delete cascade,
  since integer not null,
  is_open integer not null check (is_open in (0, 1)), -- to be told yet, or to become another
  body text not null -- JSON
) strict;

CREATE INDEX commit_status_open on commit_status (since, run) where is_open = 1;

CREATE TABLE content (
  key integer primary key,
  hash blob not null unique,
  codec integer not null check (codec in (0, 1)), -- 0: UTF-8, 1: UTF-8 in zstd
  body blob not null
) strict;

CREATE TABLE delivery (
  trigger_id text not null,
  key text not null, -- tells deliveries of the trigger apart
  at integer not null,
  status text not null,
  event text, -- by the name that the sender gives it
  message text not null,
  run text, -- that it started
  primary key (trigger_id, key)
) strict, without rowid;

CREATE INDEX delivery_by_age on delivery (at);

CREATE INDEX delivery_by_status on delivery (trigger_id, status, at);

CREATE TABLE ended_build (
  run text primary key,
  at integer not null,
  body text not null -- JSON
) strict, without rowid;

CREATE TABLE event (
  position integer primary key,
  run integer not null references run (key) on delete cascade,
  seq integer not null,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  version integer not null,
  body text not null
) strict;

CREATE UNIQUE INDEX event_by_run on event (run, seq);

CREATE VIEW gaia_agent_executions (id, agent_id, task_id, status, started_at, completed_at, duration_seconds, error,
                                   created_at) as
select null, null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_agent_results (id, task_id, agent_id, success, output, modified_files, error, duration_seconds,
                                completed_at) as
select null, null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_agent_tasks (id, agent_id, task_type, instruction, context, work_dir, files, timeout_seconds, priority,
                              status, created_at, started_at, completed_at) as
select null, null, null, null, null, null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_agents (id, agent_type, capabilities, status, binary_path, max_concurrent, total_tasks,
                         successful_tasks, failed_tasks, last_used, created_at) as
select null, null, null, null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_service_events (id, service_id, event_type, message, timestamp) as
select null, null, null, null, null where false;

CREATE VIEW gaia_service_health_history (id, service_id, is_healthy, response_time_ms, failure_count, last_error,
                                         checked_at) as
select null, null, null, null, null, null, null where false;

CREATE VIEW gaia_service_metrics (id, service_id, cpu_percent, memory_mb, uptime_seconds, health_checks_passed,
                                  health_checks_failed, collected_at) as
select null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_services (id, name, type, command, args, work_dir, port, status, environment, health_check,
                           auto_restart, process_id, restarts, started_at, stopped_at, last_health_check, error,
                           metadata, created_at) as
select null, null, null, null, null, null, null, null, null, null,
       null, null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_session_panes (id, window_id, session_id, pane_index, command, work_dir, active, created_at) as
select null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_session_windows (id, session_id, name, window_index, active, created_at) as
select null, null, null, null, null, null where false;

CREATE VIEW gaia_sessions (id, name, project_path, created_at, last_active, status, metadata, tags) as
select null, null, null, null, null, null, null, null where false;

CREATE VIEW gaia_workflow_executions as
select
  run.id as id,
  run.pipeline as workflow_id,
  run.namespace as namespace,
  run.number as number,
  run.pipeline_version as version,
  run.status as status,
  (select json_extract(body, '$.trigger') from run_facts where run_facts.run = run.key) as "trigger",
  (select json_extract(body, '$.actor.id') from run_facts where run_facts.run = run.key) as started_by,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(run.header, '$.startedAt') / 1000.0, 'unixepoch') as started_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.ended_at / 1000.0, 'unixepoch') as completed_at,
  (run.ended_at - json_extract(run.header, '$.startedAt')) / 1000.0 as duration_seconds,
  run.job_count as task_count,
  json_extract(run.header, '$.counts.completed') as success_count,
  json_extract(run.header, '$.counts.failed') as failed_count,
  json_extract(run.header, '$.counts.skipped') as skipped_count,
  json_extract(run.header, '$.counts.cancelled') as cancelled_count,
  case json_extract(run.header, '$.reason.kind')
    when 'jobs_failed' then
      printf('%d of %d tasks failed', json_extract(run.header, '$.failedCount'), run.job_count)
    when 'stopped' then
      rtrim('stopped by ' || json_extract(run.header, '$.reason.by') || ': '
            || json_extract(run.header, '$.reason.comment'), ': ')
    when 'timed_out' then printf('not ended after %g s', json_extract(run.header, '$.reason.afterMs') / 1000.0)
    when 'replaced' then 'replaced by ' || json_extract(run.header, '$.reason.run')
    when 'survivors' then 'could not be stopped: ' || json_extract(run.header, '$.reason.pids')
  end as error,
  (select json_extract(body, '$.settings.inputs') from run_facts where run_facts.run = run.key) as inputs,
  json_extract(run.header, '$.outputs') as outputs,
  run.retry_of as retry_of,
  run.parent as parent_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.created_at / 1000.0, 'unixepoch') as created_at
from run;

CREATE VIEW gaia_workflow_task_dependencies as
select
  task.workflow_id as workflow_id,
  task.namespace as namespace,
  task.id as task_id,
  dependency.value as dependency_task_id
from gaia_workflow_tasks as task, json_each(task.dependencies) as dependency;

CREATE VIEW gaia_workflow_tasks as
select
  json_extract(task.value, '$.id') as id,
  workflow.id as workflow_id,
  workflow.namespace as namespace,
  task.number as number,
  coalesce(json_extract(task.value, '$.name'), json_extract(task.value, '$.id')) as name,
  json_extract(task.value, '$.description') as description,
  coalesce(json_extract(task.value, '$.type'), 'shell') as type,
  coalesce(json_extract(task.value, '$.agent'), 'system') as agent,
  json_extract(task.value, '$.command') as command,
  coalesce(json_extract(task.value, '$.dependencies'), '[]') as dependencies,
  task.final as final,
  json_extract(task.value, '$.work_dir') as work_dir,
  json_extract(task.value, '$.timeout') as timeout,
  json_extract(task.value, '$.retry') as retry,
  coalesce(json_extract(task.value, '$.on_error'), 'fail') as on_error,
  run.id as execution_id,
  case
    when run.packed = 0 then coalesce(job.status, 'pending')
    when json_extract(run.header, '$.counts.completed') = run.job_count then 'completed'
  end as status,
  json_extract(job.body, '$.past.attempts') as attempts,
  json_extract(job.body, '$.outputs') as output,
  case iif(job.status in ('failed', 'skipped', 'cancelled'), json_extract(job.body, '$.reason.kind'), null)
    when 'dependency' then 'a task that it needs did not complete'
    when 'attempt' then coalesce(nullif(json_extract(job.body, '$.reason.message'), ''),
                                 'exit status ' || json_extract(job.body, '$.reason.exitCode'),
                                 json_extract(job.body, '$.reason.outcome'))
    else replace(json_extract(job.body, '$.reason.kind'), '_', ' ')
  end as error,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(job.body, '$.startedAt') / 1000.0, 'unixepoch') as started_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(job.body, '$.endedAt') / 1000.0, 'unixepoch') as completed_at,
  workflow.updated_at as created_at
from gaia_workflows as workflow
join (
  select owner.id as workflow_id, owner.namespace as namespace, listed.key as number, listed.value as value, 0 as final
  from gaia_workflows as owner, json_each(owner.definition, '$.tasks') as listed
  union all
  select owner.id, owner.namespace, listed.key + coalesce(json_array_length(owner.definition, '$.tasks'), 0), listed.value, 1
  from gaia_workflows as owner, json_each(owner.definition, '$.finally') as listed
) as task on task.workflow_id = workflow.id and task.namespace = workflow.namespace
left join run on run.id = workflow.latest_execution_id and run.pipeline_version = workflow.version
left join job on job.run = run.key and job.number = task.number and run.packed = 0;

CREATE VIEW gaia_workflows as
select
  pipeline.name as id,
  pipeline.namespace as namespace,
  pipeline.name as name,
  iif(content.codec = 0, json_extract(cast(content.body as text), '$.description'), null) as description,
  pipeline.version as version,
  coalesce(latest.status, 'pending') as status,
  latest.id as latest_execution_id,
  pipeline.paused as paused,
  pipeline.origin as file,
  iif(content.codec = 0, json_extract(cast(content.body as text), '$.variables'), null) as variables,
  iif(content.codec = 0, cast(content.body as text), null) as definition,
  strftime('%Y-%m-%dT%H:%M:%fZ', (select min(first.at) from pipeline as first
     where first.namespace = pipeline.namespace and first.name = pipeline.name) / 1000.0, 'unixepoch') as created_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', pipeline.at / 1000.0, 'unixepoch') as updated_at,
  latest.started_at as started_at,
  latest.completed_at as completed_at,
  latest.error as error
from pipeline
join content on content.key = pipeline.definition
left join gaia_workflow_executions as latest on latest.id = (
  select run.id from run where run.namespace = pipeline.namespace and run.pipeline = pipeline.name
  order by run.number desc limit 1)
where pipeline.newest = 1 and pipeline.removed_at is null and pipeline.kind <> 'build';

CREATE TABLE job (
  run integer not null references run (key) on delete cascade,
  number integer not null,
  status text not null,
  body text not null,
  primary key (run, number)
) strict, without rowid;

CREATE TABLE meta (
  name text primary key,
  value integer not null
) strict, without rowid;

CREATE TABLE note (
  position integer primary key,
  namespace text not null,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  kind text not null,
  subject text not null,
  body text not null
) strict;

CREATE TABLE pipeline (
  key integer primary key,
  namespace text not null,
  name text not null,
  version integer not null,
  newest integer not null check (newest in (0, 1)),
  kind text not null,
  hash text not null,
  source integer not null references content (key),
  definition integer not null references content (key),
  origin text,
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  paused integer not null check (paused in (0, 1)),
  removed_at integer
, commit_id text, commit_subject text) strict;

CREATE INDEX pipeline_definition on pipeline (definition);

CREATE UNIQUE INDEX pipeline_newest on pipeline (namespace, name) where newest = 1;

CREATE INDEX pipeline_source on pipeline (source);

CREATE UNIQUE INDEX pipeline_version on pipeline (namespace, name, version);

CREATE TABLE pipeline_trigger (
  id text primary key,
  namespace text not null,
  pipeline text not null,
  kind text not null,
  spec text not null,
  last_at integer,
  next_at integer,
  paused integer not null check (paused in (0, 1))
) strict, without rowid;

CREATE TABLE program_source (
  namespace text not null,
  pipeline text not null,
  source text not null, -- JSON: address, branch, folder, names of secrets
  first_version integer not null, -- those before are of a pipeline of that name that was removed
  pinned_version integer, -- null: the newest is in force
  former_version integer, -- in force before
  seen text, -- commit of a repository, or stamp of a file, that a build was asked for
  last_build text, -- JSON
  missing_since integer, first_build integer not null default 1, said_poll_ms integer, -- of a file
  primary key (namespace, pipeline)
) strict, without rowid;

CREATE TABLE run (
  key integer primary key,
  id text not null unique,
  namespace text not null,
  pipeline text not null,
  pipeline_version integer not null,
  number integer not null,
  status text not null,
  created_at integer not null,
  ended_at integer,
  retry_of text,
  parent text,
  version integer not null,
  seq integer not null, -- of the last event
  job_count integer not null,
  packed integer not null default 0 check (packed in (0, 1, 2)), -- 0: rows, 1: chunks, rows being deleted, 2: chunks
  definition integer not null references content (key),
  header text not null
, file_bytes integer, trigger_name text not null default '', started_by text not null default '', took_ms integer) strict;

CREATE INDEX run_by_end on run (namespace, ended_at, status) where ended_at is not null;

CREATE UNIQUE INDEX run_by_number on run (namespace, pipeline, number);

CREATE INDEX run_by_pipeline on run
  (namespace, pipeline, status, created_at, key, trigger_name, started_by, took_ms);

CREATE INDEX run_by_status on run
  (namespace, status, created_at, key, pipeline, id, trigger_name, started_by, took_ms);

CREATE INDEX run_definition on run (definition);

CREATE INDEX run_ended on run (created_at) where status in ('completed', 'failed', 'cancelled');

CREATE INDEX run_live on run (created_at) where status in ('pending', 'running', 'stopping');

CREATE INDEX run_retry on run (retry_of) where retry_of is not null;

CREATE INDEX run_unmeasured on run (created_at)
where file_bytes is null and status in ('completed', 'failed', 'cancelled');

CREATE INDEX run_unpacked on run (ended_at) where packed < 2 and status in ('completed', 'failed', 'cancelled');

CREATE TABLE run_chunk (
  key integer primary key,
  run integer not null references run (key) on delete cascade,
  chunk integer not null,
  jobs integer not null,
  first_seq integer,
  last_seq integer,
  body blob not null
) strict;

CREATE UNIQUE INDEX run_chunk_by_run on run_chunk (run, chunk);

CREATE TABLE run_counter (
  namespace text not null,
  pipeline text not null,
  last_number integer not null,
  primary key (namespace, pipeline)
) strict, without rowid;

CREATE TABLE run_facts (
  run integer primary key references run (key) on delete cascade,
  details integer not null references content (key), -- what lists do not show: kilobytes, mostly the same
  body text not null
) strict;

CREATE INDEX run_facts_details on run_facts (details);

CREATE TABLE run_graph (
  run integer not null references run (key) on delete cascade,
  first integer not null,
  jobs integer not null,
  content integer not null references content (key),
  primary key (run, first)
) strict, without rowid;

CREATE INDEX run_graph_content on run_graph (content);

CREATE TABLE secret (
  namespace text not null,
  name text not null,
  description text not null,
  scopes text not null, -- JSON: patterns of pipelines' names
  version integer not null, -- the newest
  created_at integer not null,
  updated_at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  primary key (namespace, name)
) strict, without rowid;

CREATE TABLE secret_version (
  namespace text not null,
  name text not null,
  version integer not null,
  key_id text not null, -- of the master key that wraps the data key
  wrapped_key text not null, -- base64
  sealed text not null, -- base64
  at integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_via text not null,
  primary key (namespace, name, version),
  foreign key (namespace, name) references secret (namespace, name)
) strict;

CREATE INDEX secret_version_by_key on secret_version (key_id);
