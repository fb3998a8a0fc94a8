-- The secret store: names, and texts that only the vault can read. The master key is not in the database.
create table secret (
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

create table secret_version (
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

create index secret_version_by_key on secret_version (key_id);
