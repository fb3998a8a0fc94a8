import { useMutation } from "@tanstack/react-query";
import { api, data } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";

/** What a person does to a run or a job. The stream shows what comes of it. */
export type Action =
  | { readonly kind: "stop"; readonly force: boolean }
  | { readonly kind: "stop-job"; readonly job: string; readonly force: boolean }
  | { readonly kind: "decide"; readonly job: string; readonly yes: boolean; readonly comment: string }
  | {
      readonly kind: "retry";
      readonly failed: boolean;
      readonly from?: string;
      readonly inputs?: Readonly<Record<string, unknown>>;
    };

export interface Doing {
  readonly act: (action: Action) => void;
  readonly isBusy: boolean;
  /** Kind of what was refused, and why; null after a success. */
  readonly refused: { readonly kind: Action["kind"]; readonly refusal: Refusal } | null;
  readonly dismiss: () => void;
}

/** @param onDone called after a success, with the id of the run that it made, if it made one */
export function useActions(run: string, onDone: (action: Action, made: string | null) => void): Doing {
  const mutation = useMutation({
    mutationFn: (action: Action) => perform(run, action),
    onSuccess: (made, action) => onDone(action, made),
  });
  const { variables, error } = mutation;
  return {
    act: mutation.mutate,
    isBusy: mutation.isPending,
    refused:
      error === null || variables === undefined
        ? null
        : { kind: variables.kind, refusal: refusalFrom(error) },
    dismiss: mutation.reset,
  };
}

/** Gives back the id of a run that it made, or null. */
async function perform(run: string, action: Action): Promise<string | null> {
  switch (action.kind) {
    case "stop":
      await data(
        api.POST("/runs/{ref}/stop", { params: { path: { ref: run } }, body: { force: action.force } }),
      );
      return null;
    case "stop-job": {
      const path = { ref: run, key: action.job };
      await data(
        api.POST("/runs/{ref}/jobs/{key}/stop", { params: { path }, body: { force: action.force } }),
      );
      return null;
    }
    case "decide": {
      const params = { path: { ref: run, key: action.job } };
      const body = action.comment === "" ? {} : { comment: action.comment };
      await (action.yes
        ? data(api.POST("/runs/{ref}/jobs/{key}/approve", { params, body }))
        : data(api.POST("/runs/{ref}/jobs/{key}/reject", { params, body })));
      return null;
    }
    case "retry": {
      const { kind: _, failed, from, inputs } = action;
      const body = {
        ...(from === undefined ? { failed } : { from }),
        ...(inputs === undefined ? {} : { inputs: { ...inputs } }),
      };
      const { run_id: id } = await data(
        api.POST("/runs/{ref}/retry", { params: { path: { ref: run } }, body }),
      );
      return id;
    }
  }
}
