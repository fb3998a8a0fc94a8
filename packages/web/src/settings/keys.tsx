import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Keys() {
  useTitle("Keys");
  return (
    <Screen crumbs={[{ name: "Keys" }]}>
      <Answer>Keys</Answer>
    </Screen>
  );
}
