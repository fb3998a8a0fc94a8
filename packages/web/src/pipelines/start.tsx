import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Start() {
  useTitle("Start");
  return (
    <Screen crumbs={[{ name: "Start" }]}>
      <Answer>Start</Answer>
    </Screen>
  );
}
