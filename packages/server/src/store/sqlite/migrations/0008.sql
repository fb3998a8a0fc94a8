-- The build that a pipeline was made with; those before it are of a pipeline of that name that was removed.
alter table program_source add column first_build integer not null default 1;

-- What builds a program belongs to that program, and is in no list of pipelines.
drop view gaia_workflows;

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
where pipeline.newest = 1 and pipeline.removed_at is null and pipeline.kind <> 'build';
