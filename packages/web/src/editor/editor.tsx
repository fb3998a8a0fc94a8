import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Editor() {
  useTitle("Editor");
  return (
    <Screen crumbs={[{ name: "Editor" }]}>
      <Answer>Editor</Answer>
    </Screen>
  );
}
