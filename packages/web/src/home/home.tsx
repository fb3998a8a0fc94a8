import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";

export function Home() {
  useTitle("Home");
  return (
    <Screen crumbs={[{ name: "Home" }]}>
      <Answer>Home</Answer>
    </Screen>
  );
}
