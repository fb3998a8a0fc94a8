import { describe, expect, test } from "vitest";
import { documentOf, tables, withTable } from "./docs.ts";

describe("the documentation says what the code does", () => {
  test.each(tables().map((table) => [table.file, table] as const))(
    "%s (to mend: node tools/docs.ts)",
    (_, table) => {
      expect(documentOf(table)).toBe(withTable(documentOf(table), table));
    },
  );
});
