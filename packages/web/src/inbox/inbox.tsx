import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Inbox() {
  useTitle("Inbox");
  return (
    <Screen crumbs={[{ name: "Inbox" }]}>
      <Answer>Inbox</Answer>
    </Screen>
  );
}
