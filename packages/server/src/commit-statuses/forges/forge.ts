import type { CommitState } from "@gaia/contracts";
import type { StatusTarget } from "../../store/port.ts";

/** What a forge is told. */
export interface CommitStatus {
  readonly target: StatusTarget;
  readonly commit: string;
  readonly state: CommitState;
  readonly description: string;
  /** Address of the run for people; null: the server has none that is known to others. */
  readonly url: string | null;
}

/** A `POST` with a body of JSON. */
export interface StatusRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

/** How a forge is told of a status, as its documentation has it. */
export interface ForgeClient {
  /** Whether it refuses a status without an address. */
  readonly wantsUrl: boolean;
  /** With which codes it answers that it has taken one; with each comes the status as JSON. */
  readonly taken: readonly number[];
  readonly request: (status: CommitStatus, token: string) => StatusRequest;
  /** Whether a refusal says that it has this state already. */
  readonly hasAlready: (
    status: CommitStatus,
    answer: { readonly status: number; readonly text: string },
  ) => boolean;
}

export const never = (): boolean => false;

/** The parts of a repository's path, or the whole as one part, as an address has them. */
export function inAddress(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join("/");
}
