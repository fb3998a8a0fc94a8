import { lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

/**
 * A screen that is loaded when it is first shown. The router loads the whole page again when a part of it is missing,
 * which is right after an upgrade; without a server it would lose what is shown, so then the error is told instead.
 */
export function lazyScreen<Name extends string>(
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
) {
  return lazyRouteComponent(
    () =>
      load().catch(async (caught: unknown) => {
        if (await isThere()) throw caught;
        throw new Error(
          "The server cannot be reached, and this page is a dynamically imported module of it.",
        );
      }),
    name,
  );
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch("/health", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
