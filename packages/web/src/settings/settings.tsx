import "./settings.css";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data, type Schemas } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Screen } from "../app/screen.tsx";
import {
  Answer,
  Failure,
  MarkedWords,
  numberWordFirst,
  SectionHead,
  SkeletonRows,
  useTitle,
} from "../design/index.ts";
import { ThisBrowser } from "./browser.tsx";
import { Session } from "./session.tsx";
import { fromText, readable, sectionsOf } from "./values.ts";

type Setting = Schemas["Settings"]["items"][number];

const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => data(api.GET("/settings", { signal })),
  staleTime: 60_000,
});

/** What is chosen for this browser, and how the server is set. */
export function Settings() {
  useTitle("Settings");
  const query = useQuery(settingsQuery);
  const changed = query.data?.items.filter(({ from }) => from !== "default").length;
  return (
    <Screen crumbs={[{ name: "Settings" }]}>
      <div className="set-page">
        <div>
          <Answer>{answerOf(changed)}</Answer>
          <p className="rest">
            Keys are on{" "}
            <Link className="link" to="/keys">
              a page of their own
            </Link>
            .
          </p>
        </div>
        <ThisBrowser />
        <section aria-labelledby="server-settings">
          <SectionHead id="server-settings" title="The server" note="config.toml, as it binds now" />
          {query.isPending && <SkeletonRows rows={8} label="The server's settings" />}
          {query.error !== null && query.data === undefined && (
            <Failure
              what="The server's settings cannot be read."
              refusal={refusalFrom(query.error)}
              unaffected="They bind all the same."
              retry={() => void query.refetch()}
            />
          )}
          {query.data !== undefined && <ServerSettings settings={query.data} />}
        </section>
        <Session />
      </div>
    </Screen>
  );
}

function answerOf(changed: number | undefined): string {
  if (changed === undefined) return "How Gaia is set.";
  if (changed === 0) return "The server goes by Gaia's defaults.";
  return `${numberWordFirst(changed)} ${changed === 1 ? "setting differs" : "settings differ"} from Gaia's defaults.`;
}

function ServerSettings({ settings }: { readonly settings: Schemas["Settings"] }) {
  return (
    <>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="The server's settings, table">
        <table className="set-table">
          <caption className="vh">The server's settings</caption>
          <thead>
            <tr>
              <th scope="col">Key and meaning</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
              <th scope="col">Default</th>
              <th scope="col">Variable</th>
            </tr>
          </thead>
          {sectionsOf(settings.items).map(({ name, items }) => (
            <tbody key={name}>
              {items.map((setting) => (
                <SettingRow key={setting.key} setting={setting} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <p className="small mid set-how">
        To change one, write it into <code>{settings.file}</code> or set its variable, which wins; then
        restart the server with <code>gaia down</code> and <code>gaia up</code>. What runs goes on meanwhile.
      </p>
    </>
  );
}

function SettingRow({ setting }: { readonly setting: Setting }) {
  const { key, value, fallback, from, variable, unit, description } = setting;
  const said = readable(setting);
  return (
    <tr>
      <th scope="row">
        <code>{key}</code>
        <p className="small">
          <MarkedWords text={description} />
        </p>
      </th>
      <td className="set-value">
        <code>{value}</code>
        {(said !== "" || unit !== "") && <div className="small soft">{said === "" ? unit : said}</div>}
      </td>
      <td>
        {from === "default" ? (
          <span className="soft">{fromText(setting)}</span>
        ) : (
          <span className="tag set-changed">{fromText(setting)}</span>
        )}
      </td>
      <td className="set-value">
        <code className="soft">
          <span className="set-label">default </span>
          {fallback}
        </code>
      </td>
      <td>
        <code className="soft">
          <span className="set-label">variable </span>
          {variable}
        </code>
      </td>
    </tr>
  );
}
