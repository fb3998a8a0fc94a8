import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { Broken } from "./broken.tsx";
import { lazyScreen } from "./lazy-screen.ts";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";

/** All addresses. Each screen is a part of its own that is loaded when it is first shown; the start page comes along. */

type Search = Readonly<Record<string, string | undefined>>;

/** Filters, tabs, selections and moments are plain texts in the address; a screen reads those that it knows. */
function texts(search: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, String(value)]]
        : [],
    ),
  );
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, validateSearch: texts });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyScreen(() => import("../home/home.tsx"), "Home"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyScreen(() => import("../inbox/inbox.tsx"), "Inbox"),
});
const pipelines = createRoute({
  getParentRoute: () => root,
  path: "/pipelines",
  component: lazyScreen(() => import("../pipelines/pipelines.tsx"), "Pipelines"),
});
const create = createRoute({
  getParentRoute: () => root,
  path: "/create",
  component: lazyScreen(() => import("../pipelines/create.tsx"), "Create"),
});
const pipeline = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline",
  component: lazyScreen(() => import("../pipelines/pipeline.tsx"), "Pipeline"),
});
const start = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline/start",
  component: lazyScreen(() => import("../pipelines/start.tsx"), "Start"),
});
const source = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline/source",
  component: lazyScreen(() => import("../pipelines/change-source.tsx"), "ChangeSource"),
});
const editor = createRoute({
  getParentRoute: () => root,
  path: "/editor",
  component: lazyScreen(() => import("../editor/editor.tsx"), "Editor"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  component: lazyScreen(() => import("../runs/runs.tsx"), "Runs"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  component: lazyScreen(() => import("../run/run.tsx"), "Run"),
});
const log = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run/log/$job",
  component: lazyScreen(() => import("../run/log/log-page.tsx"), "LogPage"),
});
const triggers = createRoute({
  getParentRoute: () => root,
  path: "/triggers",
  component: lazyScreen(() => import("../triggers/triggers.tsx"), "Triggers"),
});
const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: lazyScreen(() => import("../activity/activity.tsx"), "Activity"),
});
const secrets = createRoute({
  getParentRoute: () => root,
  path: "/secrets",
  component: lazyScreen(() => import("../secrets/secrets.tsx"), "Secrets"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyScreen(() => import("../settings/settings.tsx"), "Settings"),
});
const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  component: lazyScreen(() => import("../system/system.tsx"), "System"),
});
const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  component: lazyScreen(() => import("../settings/keys.tsx"), "Keys"),
});
const more = createRoute({
  getParentRoute: () => root,
  path: "/more",
  component: lazyScreen(() => import("./more.tsx"), "More"),
});

const tree = root.addChildren([
  home,
  inbox,
  pipelines,
  create,
  pipeline,
  start,
  source,
  editor,
  runs,
  run,
  log,
  triggers,
  activity,
  secrets,
  settings,
  system,
  keys,
  more,
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  // Plain texts, as a person would type them: no quotes around them in the address.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const kept = Object.entries(search).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
    );
    const text = new URLSearchParams(kept).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
