import { afterEach, beforeEach, expect, test } from "vitest";
import { endCommands, temporaryHome, waitFor } from "../testing/command-line.ts";
import { ScriptedServer } from "../testing/scripted-server.ts";
import { TmuxTerminal } from "../testing/tmux-terminal.ts";

/** What asks on a terminal. The rest is shown against a real server. */

const VALUE = "typed-S3cret";
let place: ReturnType<typeof temporaryHome>;
let server: ScriptedServer;
let terminal: TmuxTerminal | null = null;

beforeEach(async () => {
  place = temporaryHome();
  server = new ScriptedServer(place.socket);
  await server.listen();
  const used = [
    { pipeline: "deploy", tasks: ["a"], allowed: true },
    { pipeline: "other", tasks: ["a"], allowed: false },
  ];
  const secret = { name: "TOKEN", version: 1, scopes: [], description: "", used_by: used };
  server.route(({ path, method }) => {
    if (path === "/api/v1/secrets" && method === "POST") return { status: 201, body: secret };
    if (path === "/api/v1/secrets/TOKEN" && method === "GET") return { status: 200, body: secret };
    if (path === "/api/v1/secrets/TOKEN/versions/2" && method === "DELETE")
      return { status: 200, body: { removed: "TOKEN", version: 2 } };
    if (path === "/api/v1/secrets/TOKEN" && method === "DELETE")
      return { status: 200, body: { removed: "TOKEN" } };
    return null;
  });
});

afterEach(async () => {
  await terminal?.close();
  terminal = null;
  await endCommands();
  await server.close();
  place.remove();
});

async function typed(...words: readonly string[]): Promise<TmuxTerminal> {
  terminal = await TmuxTerminal.open({ columns: 100, rows: 20 }, place.home, words);
  return terminal;
}

function received(method: string): number {
  return server.received.filter((one) => one.method === method).length;
}

test("set asks for the value, which is not shown while it is typed, and can be mended", async () => {
  const screen = await typed("secret", "set", "TOKEN");
  await screen.shows("Value of TOKEN (it is not shown):");
  for (const key of [`${VALUE}x`, "BSpace", "Enter"]) await screen.press(key);
  await screen.shows("✓ TOKEN, version 1");
  await screen.shows("[status 0]");
  expect((await screen.lines()).join("\n")).not.toContain(VALUE);
  const asked = server.received.find((one) => one.method === "POST" && one.path === "/api/v1/secrets");
  expect(JSON.parse(asked?.body ?? "null")).toEqual({ name: "TOKEN", value: VALUE });
});

test("Ctrl-C at the question sends nothing, and leaves the terminal as it was", async () => {
  const screen = await typed("secret", "set", "TOKEN");
  await screen.shows("Value of TOKEN");
  await screen.press(VALUE);
  await screen.press("C-c");
  await screen.shows("[status 130]");
  await screen.shows("icanon");
  expect((await screen.lines()).join("\n")).not.toContain("-icanon");
  expect(received("POST")).toBe(0);
});

test.each([
  ["n", 0, "Nothing was done."],
  ["y", 1, "TOKEN is removed"],
])("rm asks: %s", async (answer, removed, says) => {
  const screen = await typed("secret", "rm", "TOKEN");
  await screen.shows(
    "Remove TOKEN with all its versions? It is used by deploy, other (out of scope): their runs",
  );
  await screen.press(answer);
  await screen.press("Enter");
  await screen.shows(says);
  await waitFor("the end", () => received("DELETE") === removed);
});

test("rm of one version asks for that one", async () => {
  const screen = await typed("secret", "rm", "TOKEN", "--version", "2");
  await screen.shows("Remove version 2 of TOKEN?");
  await screen.press("y");
  await screen.press("Enter");
  await screen.shows("version 2 of TOKEN is removed");
  expect(server.received.filter((one) => one.method === "DELETE")).toMatchObject([
    { path: "/api/v1/secrets/TOKEN/versions/2" },
  ]);
});
