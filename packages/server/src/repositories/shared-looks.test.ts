import { expect, test } from "vitest";
import { SharedLooks } from "./shared-looks.ts";

/** Looks that answer when the test says so. */
function held() {
  const looks: { readonly key: string; readonly answer: PromiseWithResolvers<string> }[] = [];
  const shared = new SharedLooks<string>();
  const ask = (key: string): Promise<string> =>
    shared.ask(key, () => {
      const answer = Promise.withResolvers<string>();
      looks.push({ key, answer });
      return answer.promise;
    });
  return { looks, ask, keys: () => looks.map(({ key }) => key) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("whoever asks while a look goes on shares the next one, which sees what came meanwhile", async () => {
  const { looks, ask, keys } = held();
  const first = ask("app");
  const others = [ask("app"), ask("app"), ask("app")];
  expect(keys()).toEqual(["app"]);
  looks[0]?.answer.resolve("before");
  expect(await first).toBe("before");
  await turn();
  expect(keys()).toEqual(["app", "app"]);
  looks[1]?.answer.resolve("after");
  expect(await Promise.all(others)).toEqual(["after", "after", "after"]);
  expect(keys()).toHaveLength(2);
});

test("four go on at once, and those that wait come in the order in which they were asked for", async () => {
  const { looks, ask, keys } = held();
  const answers = ["a", "b", "c", "d", "e", "f", "a"].map(ask);
  expect(keys()).toEqual(["a", "b", "c", "d"]);
  looks[1]?.answer.resolve("b");
  await turn();
  expect(keys()).toEqual(["a", "b", "c", "d", "e"]);
  for (let next = 0; next < 7; next++) {
    looks[next]?.answer.resolve("all");
    await turn();
  }
  expect(keys()).toEqual(["a", "b", "c", "d", "e", "f", "a"]);
  expect(await Promise.all(answers)).toHaveLength(7);
});

test("one that fails fails for all who wait for it, and keeps none of the others up", async () => {
  const { looks, ask } = held();
  const wrong = [ask("gone"), ask("a"), ask("b"), ask("c")];
  const behind = [ask("gone"), ask("gone"), ask("d")];
  looks[0]?.answer.reject(new Error("there is no repository"));
  await expect(wrong[0]).rejects.toThrow("there is no repository");
  await turn();
  looks[4]?.answer.reject(new Error("still none"));
  for (const one of behind.slice(0, 2)) await expect(one).rejects.toThrow("still none");
  await turn();
  expect(looks[5]?.key).toBe("d");
});
