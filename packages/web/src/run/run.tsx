import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Run() {
  useTitle("Run");
  return (
    <Screen crumbs={[{ name: "Run" }]}>
      <Answer>Run</Answer>
    </Screen>
  );
}
