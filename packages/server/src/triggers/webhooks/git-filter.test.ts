import { expect, it } from "vitest";
import type { ForgeEvent } from "./forge-event.ts";
import { eventRefusal } from "./git-filter.ts";

const EVENT: ForgeEvent = {
  kind: "push",
  repository: "team/app",
  ref: "refs/heads/main",
  branch: "main",
  tag: null,
  commit: "a".repeat(40),
  before: null,
  number: null,
  title: "",
  author: "",
  url: "",
  paths: ["src/deep/a.ts"],
};
const ALL = {
  repository: "https://git.example.org/team/app.git",
  events: ["push", "tag", "pull_request"],
  branches: null,
  tags: null,
  paths: null,
} as const;
const TAG = { kind: "tag", branch: null, tag: "v1.2", paths: null } as const;

it.each<[boolean, Partial<Parameters<typeof eventRefusal>[0]>, Partial<ForgeEvent>]>([
  [true, {}, {}],
  [true, { repository: "git@git.example.org:Team/App.git" }, {}],
  [true, { repository: "ssh://git@git.example.org:2222/team/app" }, {}],
  [true, { repository: "https://example.org/git/team/app/" }, {}],
  [true, { repository: "file:///srv/app" }, {}],
  [false, { repository: "https://git.example.org/other/app" }, {}],
  [false, { repository: "https://git.example.org/xteam/app" }, {}],
  [false, {}, { repository: "" }],
  [false, { events: ["tag"] }, {}],
  [true, { branches: ["main"] }, {}],
  [false, { branches: ["main"] }, { branch: "main2" }],
  [true, { branches: ["release/*"] }, { branch: "release/1" }],
  [false, { branches: ["release/*"] }, { branch: "release/1/2" }],
  [true, { branches: ["release/**"] }, { branch: "release/1/2" }],
  [false, { branches: ["**", "!main"] }, {}],
  [true, { branches: ["**", "!main"] }, { branch: "next" }],
  [true, { branches: ["none"] }, TAG],
  [true, { tags: ["v*"] }, TAG],
  [false, { tags: ["v2*"] }, TAG],
  [true, { paths: ["src/**"] }, {}],
  [false, { paths: ["src/*"] }, {}],
  [true, { paths: ["docs/**", "src/**/*.ts"] }, {}],
  [false, { paths: ["**", "!src/**"] }, {}],
  [true, { paths: ["**", "!src/**"] }, { paths: ["src/a", "README"] }],
  [true, { paths: ["**"] }, { paths: [".github/workflows/ci.yml"] }],
  [true, { paths: ["src/**"] }, { paths: ["src/.env"] }],
  [true, { paths: ["**/*.yml"] }, { paths: [".github/workflows/ci.yml"] }],
  [false, { paths: ["**", "!.github/**"] }, { paths: [".github/workflows/ci.yml"] }],
  [false, { branches: ["release/**"] }, { branch: "release" }],
  [true, { paths: ["docs/**"] }, { paths: null }],
  [false, { paths: ["docs/**"] }, { paths: [] }],
])("that an event counts is %s: %j, %j", (counts, trigger, event) => {
  expect(eventRefusal({ ...ALL, ...trigger }, { ...EVENT, ...event }) === null).toBe(counts);
});
