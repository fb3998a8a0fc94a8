import { expect, test } from "vitest";
import { readDropInName } from "./drop-in.ts";

test("the name of a built program says pipeline and language", () => {
  expect(readDropInName("orders_golang")).toEqual({ kind: "ok", pipeline: "orders", language: "golang" });
  expect(readDropInName("my_daily-orders_nodejs")).toEqual({
    kind: "ok",
    pipeline: "my_daily-orders",
    language: "nodejs",
  });
  for (const name of ["orders", "orders_go", "orders_golang.exe", "orders_Golang", ""])
    expect(readDropInName(name)).toMatchObject({ message: expect.stringContaining("_golang, _python") });
  for (const name of [
    "_golang",
    "-orders_golang",
    "or ders_golang",
    "a\nb_golang",
    `${"x".repeat(129)}_java`,
  ])
    expect(readDropInName(name)).toMatchObject({ message: expect.stringContaining("name of a pipeline") });
});
