import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Triggers() {
  useTitle("Triggers");
  return (
    <Screen crumbs={[{ name: "Triggers" }]}>
      <Answer>Triggers</Answer>
    </Screen>
  );
}
