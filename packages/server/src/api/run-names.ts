import type { Why } from "@gaia/contracts";
import type { ApiContext } from "./context.ts";

const RUN_ID = /\brun_[0-9a-f]{32}(?:_\d+(?:-\d+)?)*/g;

/** The sentences of an answer with runs as people call them, `deploy #4`. Commands keep the ids: these can be pasted. */
export async function withRunNames(context: ApiContext, why: Why): Promise<Why> {
  const ids = new Set([why.sentence, ...why.because].flatMap((text) => text.match(RUN_ID) ?? []));
  if (ids.size === 0) return why;
  const names = new Map<string, string>();
  for (const id of ids) {
    const { engine, store } = context.deps;
    const facts = engine.live.get(id)?.facts ?? (await store.runs.summary(id))?.facts;
    // A child run that is asked for and not made yet has no number.
    if (facts !== undefined) names.set(id, `${facts.pipeline} #${facts.number}`);
  }
  const named = (text: string): string => text.replace(RUN_ID, (id) => names.get(id) ?? id);
  return { ...why, sentence: named(why.sentence), because: why.because.map(named) };
}
