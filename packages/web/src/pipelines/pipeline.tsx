import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Pipeline() {
  useTitle("Pipeline");
  return (
    <Screen crumbs={[{ name: "Pipeline" }]}>
      <Answer>Pipeline</Answer>
    </Screen>
  );
}
