import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Activity() {
  useTitle("Activity");
  return (
    <Screen crumbs={[{ name: "Activity" }]}>
      <Answer>Activity</Answer>
    </Screen>
  );
}
