-- The commit with which a workflow's runs begin used to be added when a git trigger fired; it is among its inputs now.
update pipeline_trigger set spec = json_set(spec, '$.inputs.commit', '${git.commit}')
where kind = 'git' and json_extract(spec, '$.repository') is not null and exists (
  select 1 from pipeline
  where pipeline.namespace = pipeline_trigger.namespace and pipeline.name = pipeline_trigger.pipeline
    and pipeline.newest = 1 and pipeline.kind = 'workflow');
