import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function System() {
  useTitle("System");
  return (
    <Screen crumbs={[{ name: "System" }]}>
      <Answer>System</Answer>
    </Screen>
  );
}
