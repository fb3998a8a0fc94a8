import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
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
  component: lazyRouteComponent(() => import("../home/home.tsx"), "Home"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyRouteComponent(() => import("../inbox/inbox.tsx"), "Inbox"),
});
const pipelines = createRoute({
  getParentRoute: () => root,
  path: "/pipelines",
  component: lazyRouteComponent(() => import("../pipelines/pipelines.tsx"), "Pipelines"),
});
const pipeline = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline",
  component: lazyRouteComponent(() => import("../pipelines/pipeline.tsx"), "Pipeline"),
});
const start = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline/start",
  component: lazyRouteComponent(() => import("../pipelines/start.tsx"), "Start"),
});
const editor = createRoute({
  getParentRoute: () => root,
  path: "/editor",
  component: lazyRouteComponent(() => import("../editor/editor.tsx"), "Editor"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  component: lazyRouteComponent(() => import("../runs/runs.tsx"), "Runs"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  component: lazyRouteComponent(() => import("../run/run.tsx"), "Run"),
});
const log = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run/log/$job",
  component: lazyRouteComponent(() => import("../run/log/log-page.tsx"), "LogPage"),
});
const triggers = createRoute({
  getParentRoute: () => root,
  path: "/triggers",
  component: lazyRouteComponent(() => import("../triggers/triggers.tsx"), "Triggers"),
});
const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: lazyRouteComponent(() => import("../activity/activity.tsx"), "Activity"),
});
const secrets = createRoute({
  getParentRoute: () => root,
  path: "/secrets",
  component: lazyRouteComponent(() => import("../secrets/secrets.tsx"), "Secrets"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("../settings/settings.tsx"), "Settings"),
});
const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  component: lazyRouteComponent(() => import("../system/system.tsx"), "System"),
});
const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  component: lazyRouteComponent(() => import("../settings/keys.tsx"), "Keys"),
});
const more = createRoute({
  getParentRoute: () => root,
  path: "/more",
  component: lazyRouteComponent(() => import("./more.tsx"), "More"),
});

const tree = root.addChildren([
  home,
  inbox,
  pipelines,
  pipeline,
  start,
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
