import type { SecretStore } from "../port.ts";
import type { PointReads } from "./point-reads.ts";
import { secretOf, secretVersionOf } from "./rows.ts";
import { secretReader } from "./statements/read-secrets.ts";

export function secretStore({ database, read }: PointReads): SecretStore {
  const reader = secretReader(database);
  const both = database.transaction(() => ({ secrets: reader.secrets(), newest: reader.newest() }));
  return {
    async all() {
      const { secrets, newest } = await read(both);
      return secrets.map((row, index) => {
        const version = newest[index];
        if (version?.name !== row.name)
          throw new Error(`the newest version of secret ${row.name} is missing in the store`);
        return { secret: secretOf(row), newest: secretVersionOf(version) };
      });
    },
    versions: (namespace, name) => read(() => reader.versions(namespace, name).map(secretVersionOf)),
    keyIds: () => read(() => reader.keyIds()),
    wrappedByOthers: (keyId, after, limit) =>
      read(() => reader.wrappedByOthers(keyId, after, limit).map(secretVersionOf)),
  };
}
