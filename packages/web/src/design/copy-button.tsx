import { useState } from "react";
import { Button } from "./button.tsx";

/** Copies a text; says so in its own place. */
export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const [said, say] = useState("");
  const copy = async (): Promise<void> => {
    const isCopied = await copied(text);
    say(isCopied ? "Copied" : "Select it and copy by hand");
    setTimeout(() => say(""), 2_000);
  };
  return (
    <Button size="small" icon={said === "Copied" ? "check" : "copy"} onClick={() => void copy()}>
      <span aria-live="polite">{said === "" ? label : said}</span>
    </Button>
  );
}

/** The clipboard is there for secure addresses only, and a person may have refused it. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
