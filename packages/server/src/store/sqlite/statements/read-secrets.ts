import type { Connection } from "../database.ts";
import type { StoredSecretRow, StoredSecretVersionRow } from "../rows.ts";
import type { SecretVersionName } from "../../port.ts";

export interface SecretReader {
  /** By namespace and name. */
  secrets(): readonly StoredSecretRow[];
  /** The newest of each secret, in the same order. */
  newest(): readonly StoredSecretVersionRow[];
  versions(namespace: string, name: string): readonly StoredSecretVersionRow[];
  keyIds(): readonly string[];
  wrappedByOthers(
    keyId: string,
    after: SecretVersionName | null,
    limit: number,
  ): readonly StoredSecretVersionRow[];
}

const COLUMNS = `namespace, name, version, key_id, wrapped_key, sealed, at, actor_kind, actor_id, actor_via`;

export function secretReader(database: Connection): SecretReader {
  const secrets = database.prepare<[], StoredSecretRow>(
    `select namespace, name, description, scopes, version, created_at, updated_at, actor_kind, actor_id, actor_via
     from secret order by namespace, name`,
  );
  const newest = database.prepare<[], StoredSecretVersionRow>(
    `select ${COLUMNS} from secret_version where (namespace, name, version) in
       (select namespace, name, version from secret) order by namespace, name`,
  );
  const versions = database.prepare<[string, string], StoredSecretVersionRow>(
    `select ${COLUMNS} from secret_version where namespace = ? and name = ? order by version desc`,
  );
  const keyIds = database.prepare<[], { key_id: string }>(
    "select distinct key_id from secret_version order by key_id",
  );
  const others = database.prepare<[string, string, string, number, number], StoredSecretVersionRow>(
    `select ${COLUMNS} from secret_version where key_id <> ? and (namespace, name, version) > (?, ?, ?)
     order by namespace, name, version limit ?`,
  );
  return {
    secrets: () => secrets.all(),
    newest: () => newest.all(),
    versions: (namespace, name) => versions.all(namespace, name),
    keyIds: () => keyIds.all().map((row) => row.key_id),
    wrappedByOthers: (keyId, after, limit) =>
      others.all(keyId, after?.namespace ?? "", after?.name ?? "", after?.version ?? 0, limit),
  };
}
