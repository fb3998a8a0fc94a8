import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Settings() {
  useTitle("Settings");
  return (
    <Screen crumbs={[{ name: "Settings" }]}>
      <Answer>Settings</Answer>
    </Screen>
  );
}
