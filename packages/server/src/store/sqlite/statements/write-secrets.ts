import { GaiaError } from "@gaia/contracts/errors.ts";

import type { SecretChange, SecretRow, SecretVersion } from "../../port.ts";
import type { Connection } from "../database.ts";

/** Writes one change of the secret store. */
export function secretWriter(database: Connection): (change: SecretChange) => void {
  const put = database.prepare<(string | number)[]>(`
    insert into secret (namespace, name, description, scopes, version, created_at, updated_at,
                        actor_kind, actor_id, actor_via)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (namespace, name) do update set
      description = excluded.description, scopes = excluded.scopes, version = excluded.version,
      created_at = excluded.created_at, updated_at = excluded.updated_at, actor_kind = excluded.actor_kind,
      actor_id = excluded.actor_id, actor_via = excluded.actor_via`);
  const add = database.prepare<(string | number)[]>(`
    insert into secret_version (namespace, name, version, key_id, wrapped_key, sealed, at,
                                actor_kind, actor_id, actor_via)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (namespace, name, version) do nothing`);
  const forget = database.prepare<[string, string, number]>(
    "delete from secret_version where namespace = ? and name = ? and version < ?",
  );
  const rewrap = database.prepare<[string, string, string, string, number]>(`
    update secret_version set key_id = ?, wrapped_key = ? where namespace = ? and name = ? and version = ?`);
  const removeVersion = database.prepare<[string, string, number]>(
    "delete from secret_version where namespace = ? and name = ? and version = ?",
  );
  const remove = database.prepare<[string, string]>("delete from secret where namespace = ? and name = ?");

  function putRow({ actor, ...row }: SecretRow): void {
    const { namespace, name, description, version, createdAt, updatedAt } = row;
    const scopes = JSON.stringify(row.scopes);
    const at = [createdAt, updatedAt];
    put.run(namespace, name, description, scopes, version, ...at, actor.kind, actor.id, actor.via);
  }

  function addVersion({ actor, ...row }: SecretVersion): void {
    const { namespace, name, version, keyId, wrappedKey, sealed, at } = row;
    const by = [actor.kind, actor.id, actor.via];
    const { changes } = add.run(namespace, name, version, keyId, wrappedKey, sealed, at, ...by);
    if (changes === 0)
      throw new GaiaError("conflict", `The secret ${name} has a version ${version} already.`, { name });
  }

  return (change) => {
    switch (change.kind) {
      case "put":
        putRow(change.secret);
        if (change.version !== null) addVersion(change.version);
        forget.run(change.secret.namespace, change.secret.name, change.keepFrom);
        return;
      case "rewrap":
        rewrap.run(change.keyId, change.wrappedKey, change.namespace, change.name, change.version);
        return;
      case "remove_version":
        removeVersion.run(change.namespace, change.name, change.version);
        return;
      case "remove":
        forget.run(change.namespace, change.name, Number.MAX_SAFE_INTEGER);
        remove.run(change.namespace, change.name);
    }
  };
}
