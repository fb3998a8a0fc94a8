/** A task of a workflow file as it is written: lines count from 1. */
export interface TaskLines {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
}

/** The tasks of a text, also of one that is not whole. Read by indentation, as it is asked at every key. */
export function tasksIn(source: string): readonly TaskLines[] {
  const lines = source.split("\n");
  const found: { id: string; line: number; endLine: number }[] = [];
  let list: number | null = null;
  let isInTasks = false;
  let item: { id: string; line: number; endLine: number } | null = null;
  const close = (): void => {
    if (item !== null && item.id !== "") found.push(item);
    item = null;
  };
  lines.forEach((text, at) => {
    const trimmed = text.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const indent = text.length - text.trimStart().length;
    if (indent === 0 && !trimmed.startsWith("-")) {
      close();
      isInTasks = /^(tasks|finally):/.test(trimmed);
      list = null;
      return;
    }
    if (!isInTasks) return;
    const isItem = /^-(\s|$)/.test(trimmed);
    if (isItem && (list === null || indent <= list)) {
      close();
      list = indent;
      item = { id: idIn(trimmed.slice(1).trim()), line: at + 1, endLine: at + 1 };
      return;
    }
    if (item === null) return;
    item.endLine = at + 1;
    if (item.id === "" && indent > (list ?? 0)) item.id = idIn(trimmed);
  });
  close();
  return found;
}

/** The task that a line belongs to; null: none. */
export function taskAtLine(tasks: readonly TaskLines[], line: number): string | null {
  return tasks.find((task) => task.line <= line && line <= task.endLine)?.id ?? null;
}

/** The name that a text gives its workflow; null: it has none yet. */
export function nameIn(source: string): string | null {
  const name = /^name:[^\S\n]+(?:"([^"]*)"|'([^']*)'|([^\s#]+))/m.exec(source);
  return name?.[1] ?? name?.[2] ?? name?.[3] ?? null;
}

function idIn(text: string): string {
  const id = /^\{?\s*id:\s*(?:"([^"]*)"|'([^']*)'|([^\s,#}]+))/.exec(text);
  return id?.[1] ?? id?.[2] ?? id?.[3] ?? "";
}
