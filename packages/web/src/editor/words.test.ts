import { workflowFile } from "@gaia/contracts/workflow-file.ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { TEMPLATES } from "./templates.ts";
import { hindrance, type Situation, situationText } from "./words.ts";

const right: Situation = {
  text: "name: a",
  name: "a",
  isDirty: true,
  isChecked: true,
  problems: [],
  hasGraph: true,
  isGraphCurrent: true,
};

describe("how a text stands", () => {
  it("is told in a sentence, and says what the graph is of", () => {
    expect(situationText(right)).toBe("The text is right; it is not saved yet.");
    expect(situationText({ ...right, isDirty: false })).toBe("The text is right, and saved.");
    expect(situationText({ ...right, text: " " })).toContain("empty file");
    expect(situationText({ ...right, isChecked: false })).toBe("Checking.");
    const errors = [{ severity: "error" }, { severity: "error" }, { severity: "warning" }] as const;
    expect(situationText({ ...right, problems: errors, isGraphCurrent: false })).toBe(
      "Two problems keep it from being saved. The graph shows the last text that was right.",
    );
  });

  it("says what hinders saving", () => {
    expect(hindrance(right)).toBeNull();
    expect(hindrance({ ...right, isDirty: false })).toBe("Nothing has changed.");
    expect(hindrance({ ...right, name: null })).toContain("name");
    expect(hindrance({ ...right, text: "" })).toContain("nothing to save");
    expect(hindrance({ ...right, problems: [{ severity: "warning" }] })).toBeNull();
    expect(hindrance({ ...right, problems: [{ severity: "error" }] })).toBe("Mend the problems first.");
  });
});

describe("the templates", () => {
  it.each(TEMPLATES)("$name is a workflow file", ({ text }) => {
    expect(workflowFile.safeParse(parse(text)).error).toBeUndefined();
  });
});
