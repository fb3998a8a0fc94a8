-- Fifteen views for people with a SQL client, named and laid out as the home folder's documentation says. Nothing in
-- Gaia reads or needs them, and a view costs the writer nothing. A migration that changes a table which they read drops
-- them first and makes them anew.
--
-- Times are UTC, ISO 8601 with milliseconds. What a packed run still has are its own row and its facts; its tasks and
-- events are compressed, so that SQL cannot look into them.

create view gaia_workflow_executions as
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

-- The newest version of each workflow that was not removed, and how its latest run stands. `definition` is its normal
-- form as JSON; over 64 KiB it is compressed and null here.
create view gaia_workflows as
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
where pipeline.newest = 1 and pipeline.removed_at is null;

-- The tasks of each workflow as its definition has them, and how each stands in the latest run, if that was started
-- from this version. Once that run was packed, only what follows from its own row is left of the latter: a run whose
-- tasks all completed.
create view gaia_workflow_tasks as
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

create view gaia_workflow_task_dependencies as
select
  task.workflow_id as workflow_id,
  task.namespace as namespace,
  task.id as task_id,
  dependency.value as dependency_task_id
from gaia_workflow_tasks as task, json_each(task.dependencies) as dependency;

-- What follows belongs to sessions, services and agents, which this version does not have: no rows, and the columns
-- that they will have.

create view gaia_sessions (id, name, project_path, created_at, last_active, status, metadata, tags) as
select null, null, null, null, null, null, null, null where false;

create view gaia_session_windows (id, session_id, name, window_index, active, created_at) as
select null, null, null, null, null, null where false;

create view gaia_session_panes (id, window_id, session_id, pane_index, command, work_dir, active, created_at) as
select null, null, null, null, null, null, null, null where false;

create view gaia_services (id, name, type, command, args, work_dir, port, status, environment, health_check,
                           auto_restart, process_id, restarts, started_at, stopped_at, last_health_check, error,
                           metadata, created_at) as
select null, null, null, null, null, null, null, null, null, null,
       null, null, null, null, null, null, null, null, null where false;

create view gaia_service_health_history (id, service_id, is_healthy, response_time_ms, failure_count, last_error,
                                         checked_at) as
select null, null, null, null, null, null, null where false;

create view gaia_service_events (id, service_id, event_type, message, timestamp) as
select null, null, null, null, null where false;

create view gaia_service_metrics (id, service_id, cpu_percent, memory_mb, uptime_seconds, health_checks_passed,
                                  health_checks_failed, collected_at) as
select null, null, null, null, null, null, null, null where false;

create view gaia_agents (id, agent_type, capabilities, status, binary_path, max_concurrent, total_tasks,
                         successful_tasks, failed_tasks, last_used, created_at) as
select null, null, null, null, null, null, null, null, null, null, null where false;

create view gaia_agent_tasks (id, agent_id, task_type, instruction, context, work_dir, files, timeout_seconds, priority,
                              status, created_at, started_at, completed_at) as
select null, null, null, null, null, null, null, null, null, null, null, null, null where false;

create view gaia_agent_results (id, task_id, agent_id, success, output, modified_files, error, duration_seconds,
                                completed_at) as
select null, null, null, null, null, null, null, null, null where false;

create view gaia_agent_executions (id, agent_id, task_id, status, started_at, completed_at, duration_seconds, error,
                                   created_at) as
select null, null, null, null, null, null, null, null, null where false;
