import { Link } from "@tanstack/react-router";
import { Answer, Icon, useTitle } from "../design/index.ts";
import { ADMINISTRATION, ROOMS } from "./rooms.ts";
import { Screen } from "./screen.tsx";

/** On narrow screens: the rooms that the tab bar has no place for. */
export function More() {
  useTitle("More");
  return (
    <Screen crumbs={[{ name: "More" }]}>
      <Answer>All rooms</Answer>
      <ul className="rows room-list">
        {[...ROOMS, ...ADMINISTRATION].map(({ to, name, icon }) => (
          <li key={to}>
            <Link className="row" to={to}>
              <Icon name={icon} />
              <span className="t">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
