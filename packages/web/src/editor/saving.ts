import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import { type Kept, keptOf } from "./queries.ts";

/** Someone else's version stands where this text was to go. */
export interface Conflict {
  readonly name: string;
  readonly theirs: Kept;
  /** The version that this text was begun on; 0: it was begun as a new pipeline. */
  readonly base: number;
}

export interface Saving {
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
  readonly conflict: Conflict | null;
  /** Saves the text as a new version; null: it was refused, or there is a conflict to settle. */
  readonly save: (order: SaveOrder) => Promise<Kept | null>;
  readonly settle: () => void;
}

export interface SaveOrder {
  readonly name: string;
  readonly text: string;
  /** The version of `name` that this text takes into account. */
  readonly base: number;
}

/** Saving as a new version: not over what someone saved meanwhile, unless that has been seen. */
export function useSaving(): Saving {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const save = async ({ name, text, base }: SaveOrder): Promise<Kept | null> => {
    setBusy(true);
    setRefusal(null);
    setConflict(null);
    try {
      const saved = await data(api.POST("/workflows", { body: { definition: text, base_version: base } }));
      for (const key of ["pipelines", "pipeline", "triggers", "overview"])
        void queries.invalidateQueries({ queryKey: [key] });
      return { version: saved.version, source: text };
    } catch (caught) {
      const refused = refusalFrom(caught);
      // Which version stands there is looked at anew: it may be another one by now.
      if (refused.code === "conflict") setConflict(await conflictOf(name, base, refused, setRefusal));
      else setRefusal(refused);
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, refusal, conflict, save, settle: () => setConflict(null) };
}

async function conflictOf(
  name: string,
  base: number,
  refused: Refusal,
  tell: (refusal: Refusal) => void,
): Promise<Conflict | null> {
  try {
    return { name, theirs: await keptOf(name), base };
  } catch {
    tell(refused);
    return null;
  }
}
