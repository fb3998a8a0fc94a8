import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Pipelines() {
  useTitle("Pipelines");
  return (
    <Screen crumbs={[{ name: "Pipelines" }]}>
      <Answer>Pipelines</Answer>
    </Screen>
  );
}
