import type { Forge } from "@gaia/contracts";
import { bitbucket } from "./bitbucket.ts";
import type { ForgeClient } from "./forge.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";

export type { CommitStatus, ForgeClient, StatusRequest } from "./forge.ts";

export const FORGE_CLIENTS: Readonly<Record<Forge, ForgeClient>> = { github, gitlab, gitea, bitbucket };
