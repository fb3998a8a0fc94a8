import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import { toast } from "../design/index.ts";

/** What builds a pipeline from what is there now. */
export interface Building {
  readonly start: () => void;
  readonly isBusy: boolean;
  /** Why the last one was not begun. */
  readonly refusal: Refusal | null;
}

/** Builds a pipeline; the version in force serves until the build has ended well. */
export function useBuild(name: string): Building {
  const queries = useQueryClient();
  const build = useMutation({
    mutationFn: () => data(api.POST("/pipelines/{id}/build", { params: { path: { id: name } }, body: {} })),
    onSuccess: () => toast(`${name} is being built.`),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["pipelines"] });
      return queries.invalidateQueries({ queryKey: ["pipeline", name] });
    },
  });
  return {
    start: () => {
      if (!build.isPending) build.mutate();
    },
    isBusy: build.isPending,
    refusal: build.error === null ? null : refusalFrom(build.error),
  };
}
