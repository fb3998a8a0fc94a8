/** Keys of the editor, as its help and the page of all keys list them. `Ctrl` is ⌘ on a Mac. */
export const EDITOR_KEYS: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ["Ctrl", "S"], what: "Save a new version" },
  { keys: ["Ctrl", "Space"], what: "What may stand here" },
  { keys: ["F8"], what: "Next problem" },
  { keys: ["Ctrl", "F"], what: "Find and replace" },
  { keys: ["Ctrl", "Z"], what: "Undo" },
  { keys: ["Tab"], what: "Indent, or take what is offered" },
  { keys: ["Esc", "Tab"], what: "Leave the text" },
];
