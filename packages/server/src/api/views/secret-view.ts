import type { SecretVersionView, SecretView } from "@gaia/contracts";
import type { SecretRow } from "../../store/port.ts";
import type { KeptVersion } from "../../vault/port.ts";
import { timeText } from "./run-view.ts";

export function secretView(row: SecretRow): SecretView {
  return {
    name: row.name,
    description: row.description,
    scopes: [...row.scopes],
    version: row.version,
    created_at: timeText(row.createdAt),
    updated_at: timeText(row.updatedAt),
    actor: { ...row.actor },
  };
}

export function versionView(row: KeptVersion): SecretVersionView {
  return { version: row.version, at: timeText(row.at), actor: { ...row.actor } };
}
