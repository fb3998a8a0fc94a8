import { Screen } from "../../app/screen.tsx";
import { Answer, useTitle } from "../../design/index.ts";

export function LogPage() {
  useTitle("Log");
  return (
    <Screen crumbs={[{ name: "Log" }]}>
      <Answer>Log</Answer>
    </Screen>
  );
}
