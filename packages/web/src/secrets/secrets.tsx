import "./secrets.css";
import { useQuery } from "@tanstack/react-query";
import { secretsQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { whoText } from "../app/deed.ts";
import { Screen } from "../app/screen.tsx";
import {
  Ago,
  Answer,
  Button,
  Empty,
  Failure,
  SectionHead,
  SkeletonRows,
  StatusMark,
  useTitle,
} from "../design/index.ts";
import { SecretDetail } from "./detail.tsx";
import { SecretForm } from "./form.tsx";
import { type Secret, vaultQuery } from "./queries.ts";
import { answerOf, scopesText } from "./words.ts";

/** What tasks may know and nobody may read: names, who may use them, versions. Values go in, and never come out. */
export function Secrets() {
  useTitle("Secrets");
  const { search, set } = useAddress();
  const query = useQuery(secretsQuery);
  const problem = useQuery(vaultQuery).data?.problem ?? "";
  const secrets = query.data;
  const names = secrets?.map(({ name }) => name) ?? [];
  const chosen = secrets?.find(({ name }) => name === search["secret"]);
  const isAdding = search["add"] !== undefined;
  return (
    <Screen crumbs={[{ name: "Secrets" }]}>
      {secrets !== undefined && <Answer>{answerOf(secrets, problem !== "")}</Answer>}
      {query.error !== null && secrets === undefined && (
        <>
          <Answer>The secrets cannot be told.</Answer>
          <Failure
            what="The list of secrets cannot be read."
            refusal={refusalFrom(query.error)}
            unaffected="Tasks get theirs all the same."
            retry={() => void query.refetch()}
          />
        </>
      )}
      {query.isPending && (
        <>
          <h1 className="vh">Secrets</h1>
          <SkeletonRows rows={6} label="Secrets" />
        </>
      )}
      {problem !== "" && <Locked problem={problem} />}
      {secrets !== undefined && (
        <div className="btns secret-actions">
          <Button
            kind={isAdding || chosen !== undefined ? "secondary" : "primary"}
            icon="plus"
            disabled={isAdding}
            onClick={() => set({ add: "1", secret: null })}
          >
            Add a secret
          </Button>
        </div>
      )}
      {isAdding && secrets !== undefined && (
        <section className="aside secret-new" aria-labelledby="secret-new">
          <SectionHead id="secret-new" title="A new secret" />
          <SecretForm
            secret={null}
            taken={names}
            onDone={() => set({ add: null })}
            onCancel={() => set({ add: null })}
          />
        </section>
      )}
      {secrets?.length === 0 && !isAdding && <NoSecrets />}
      {secrets !== undefined && secrets.length > 0 && (
        <div className={chosen === undefined ? "" : "split"}>
          <SecretTable
            secrets={secrets}
            chosen={chosen?.name}
            onChoose={(name) => set({ secret: name, add: null })}
          />
          {chosen !== undefined && (
            <SecretDetail key={chosen.name} secret={chosen} onClose={() => set({ secret: null })} />
          )}
        </div>
      )}
    </Screen>
  );
}

function Locked({ problem }: { readonly problem: string }) {
  return (
    <div className="note failed" role="alert">
      <StatusMark status="failed" />
      <div className="note-body">
        <p>
          <strong>Secrets can be neither read nor stored.</strong> {problem}
        </p>
        <p className="mid">Runs that need none go on. Nothing was written over.</p>
      </div>
    </div>
  );
}

function NoSecrets() {
  return (
    <Empty title="A task names what it needs" command="gaia secret set NPM_TOKEN">
      <p className="mid">It gets the value as a variable when it starts; logs show stars in its place:</p>
      <pre className="code" tabIndex={0} aria-label="Secrets in a workflow file">
        {"tasks:\n  - id: publish\n    command: npm publish\n    secrets: [NPM_TOKEN]"}
      </pre>
    </Empty>
  );
}

function SecretTable({
  secrets,
  chosen,
  onChoose,
}: {
  readonly secrets: readonly Secret[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Secrets, table">
      <table className="secret-table">
        <caption className="vh">Secrets, by name</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">For</th>
            <th scope="col" className="num">
              Version
            </th>
            <th scope="col">Changed</th>
            <th scope="col">
              <span className="vh">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {secrets.map((secret) => (
            <tr key={secret.name} className={secret.name === chosen ? "chosen" : ""}>
              <th scope="row">
                <code>{secret.name}</code>
                {secret.description !== "" && <div className="small soft">{secret.description}</div>}
              </th>
              <td className="secret-scopes">{scopesText(secret.scopes)}</td>
              <td className="num">{secret.version}</td>
              <td>
                <Ago at={secret.updated_at} past />
                <div className="small soft">{whoText(secret.actor)}</div>
              </td>
              <td className="num">
                <Button
                  size="small"
                  aria-expanded={secret.name === chosen}
                  onClick={() => onChoose(secret.name)}
                >
                  Open
                  <span className="vh"> {secret.name}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
