import { describe, expect, it } from "vitest";

import type { SecretChange, SecretRow, SecretVersion } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import { SPACE } from "./example.ts";
import { expectRefusal, useStore } from "./fixture.ts";

const BY = { kind: "user", id: "local", via: "cli" } as const;

function secret(name: string, version: number, given: Partial<SecretRow> = {}): SecretRow {
  const times = { createdAt: 1_000, updatedAt: 1_000 + version };
  return { namespace: SPACE, name, description: "", scopes: [], version, ...times, actor: BY, ...given };
}

function sealedVersion(name: string, version: number, given: Partial<SecretVersion> = {}): SecretVersion {
  const sealed = { keyId: "key-1", wrappedKey: `w${version}`, sealed: `s${version}` };
  return { namespace: SPACE, name, version, at: 1_000 + version, actor: BY, ...sealed, ...given };
}

function put(name: string, version: number, keepFrom = 1): SecretChange {
  return { kind: "put", secret: secret(name, version), version: sealedVersion(name, version), keepFrom };
}

export function testSecrets(make: MakeStore): void {
  describe("secrets", () => {
    const at = useStore(make);

    it("are there with their newest version, and keep the older ones", async () => {
      await at.store.commit({ runs: [], secrets: [put("TOKEN", 1), put("ALPHA", 1)] });
      await at.store.commit({ runs: [], secrets: [put("TOKEN", 2)] });
      const store = await at.fixture.reopen();
      expect(await store.secrets.all()).toEqual([
        { secret: secret("ALPHA", 1), newest: sealedVersion("ALPHA", 1) },
        { secret: secret("TOKEN", 2), newest: sealedVersion("TOKEN", 2) },
      ]);
      expect(await store.secrets.versions(SPACE, "TOKEN")).toEqual([
        sealedVersion("TOKEN", 2),
        sealedVersion("TOKEN", 1),
      ]);
      expect(await store.secrets.versions("other", "TOKEN")).toEqual([]);
      expect(await store.upkeep.check()).toEqual([]);
    });

    it("can be described anew without another value", async () => {
      await at.store.commit({ runs: [], secrets: [put("TOKEN", 1)] });
      const changed = secret("TOKEN", 1, { description: "for deployments", scopes: ["deploy-*"] });
      await at.store.commit({
        runs: [],
        secrets: [{ kind: "put", secret: changed, version: null, keepFrom: 1 }],
      });
      expect(await at.store.secrets.all()).toEqual([{ secret: changed, newest: sealedVersion("TOKEN", 1) }]);
    });

    it("let the oldest versions go, and all of them with the secret", async () => {
      const changes = [put("TOKEN", 1), put("TOKEN", 2), put("TOKEN", 3, 2), put("OTHER", 1)];
      await at.store.commit({ runs: [], secrets: changes });
      const kept = await at.store.secrets.versions(SPACE, "TOKEN");
      expect(kept.map((row) => row.version)).toEqual([3, 2]);
      await at.store.commit({ runs: [], secrets: [{ kind: "remove", namespace: SPACE, name: "TOKEN" }] });
      expect(await at.store.secrets.versions(SPACE, "TOKEN")).toEqual([]);
      expect((await at.store.secrets.all()).map((row) => row.secret.name)).toEqual(["OTHER"]);
    });

    it("lose one version, and one that went before is no error", async () => {
      const changes = [put("TOKEN", 1), put("TOKEN", 2), put("TOKEN", 3), put("OTHER", 2)];
      await at.store.commit({ runs: [], secrets: changes });
      const gone: SecretChange = { kind: "remove_version", namespace: SPACE, name: "TOKEN", version: 2 };
      await at.store.commit({ runs: [], secrets: [gone, gone] });
      const store = await at.fixture.reopen();
      expect((await store.secrets.versions(SPACE, "TOKEN")).map((row) => row.version)).toEqual([3, 1]);
      expect(await store.secrets.versions(SPACE, "OTHER")).toHaveLength(1);
    });

    it("never replace a version: the commit fails whole", async () => {
      await at.store.commit({ runs: [], secrets: [put("TOKEN", 1)] });
      const again: SecretChange = {
        kind: "put",
        secret: secret("TOKEN", 1, { description: "lost" }),
        version: sealedVersion("TOKEN", 1, { sealed: "other" }),
        keepFrom: 1,
      };
      await expectRefusal(
        at.store.commit({ runs: [], secrets: [put("NEW", 1), again] }),
        "conflict",
        /TOKEN.*1/,
      );
      expect(await at.store.secrets.all()).toEqual([
        { secret: secret("TOKEN", 1), newest: sealedVersion("TOKEN", 1) },
      ]);
    });

    it("change their master key version by version", async () => {
      const changes = [put("A", 1), put("A", 2), put("B", 1)];
      await at.store.commit({ runs: [], secrets: changes });
      const rewrap: SecretChange = {
        kind: "rewrap",
        namespace: SPACE,
        name: "A",
        version: 2,
        keyId: "key-2",
        wrappedKey: "w",
      };
      await at.store.commit({ runs: [], secrets: [rewrap, { ...rewrap, version: 9 }] });
      expect(await at.store.secrets.keyIds()).toEqual(["key-1", "key-2"]);
      const first = await at.store.secrets.wrappedByOthers("key-2", null, 1);
      expect(first).toEqual([sealedVersion("A", 1)]);
      const next = await at.store.secrets.wrappedByOthers("key-2", first[0] ?? null, 5);
      expect(next).toEqual([sealedVersion("B", 1)]);
      expect(await at.store.secrets.wrappedByOthers("key-1", null, 5)).toEqual([
        sealedVersion("A", 2, { keyId: "key-2", wrappedKey: "w" }),
      ]);
    });
  });
}
