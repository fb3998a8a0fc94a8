import type { SecretVersionView, SecretView } from "@gaia/contracts";
import type { SecretRow } from "../../store/port.ts";
import type { KeptVersion, Vault } from "../../vault/port.ts";
import type { SecretUses } from "../secret-uses.ts";
import { timeText } from "./run-view.ts";

/** A secret as the API shows it, and who uses it. */
export function secretView(row: SecretRow, uses: SecretUses, isInScope: Vault["isInScope"]): SecretView {
  return {
    name: row.name,
    description: row.description,
    scopes: [...row.scopes],
    version: row.version,
    created_at: timeText(row.createdAt),
    updated_at: timeText(row.updatedAt),
    actor: { ...row.actor },
    used_by: (uses.get(row.name) ?? []).map(({ pipeline, tasks }) => ({
      pipeline,
      tasks: [...tasks],
      allowed: isInScope(row, pipeline),
    })),
  };
}

export function versionView(row: KeptVersion): SecretVersionView {
  return { version: row.version, at: timeText(row.at), actor: { ...row.actor } };
}
