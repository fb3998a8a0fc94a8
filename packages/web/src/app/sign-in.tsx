import { type FormEvent, useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Button, Logo, StatusMark, useTitle } from "../design/index.ts";

/** Shown to a browser that nobody has signed in: how to, and a field for the token. */
export function SignIn() {
  useTitle("Sign in");
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() === "")
      return setProblem("A token is wanted. It is in secrets/token of Gaia's home folder.");
    setBusy(true);
    data(api.POST("/session", { body: { token: token.trim() } })).then(
      () => location.replace(new URLSearchParams(location.search).get("to")?.replace(/^\/*/, "/") ?? "/"),
      (caught: unknown) => {
        setBusy(false);
        setProblem(refusalFrom(caught).message);
      },
    );
  };
  return (
    <div className="main-col sign-in">
      <main id="main" tabIndex={-1}>
        <div className="page">
          <p className="sign-in-brand">
            <Logo size={32} /> Gaia
          </p>
          <h1 className="answer">This browser is not signed in.</h1>
          <p className="rest">On the machine that Gaia runs on, this opens it signed in:</p>
          <p>
            <code className="code">gaia open</code>
          </p>
          <form className="form" onSubmit={submit} noValidate>
            <div className="field">
              <label htmlFor="token">
                Or with the token <span className="soft">kept nowhere in the browser</span>
              </label>
              <input
                id="token"
                type="password"
                autoComplete="off"
                value={token}
                aria-invalid={problem !== ""}
                aria-describedby={problem === "" ? "token-help" : "token-problem"}
                onChange={(event) => {
                  setToken(event.target.value);
                  setProblem("");
                }}
              />
              {problem === "" ? (
                <p className="help" id="token-help">
                  It is in secrets/token of Gaia's home folder.
                </p>
              ) : (
                <p className="err" id="token-problem" role="alert">
                  <StatusMark status="failed" />
                  {problem}
                </p>
              )}
            </div>
            <div className="btns">
              <Button kind="primary" type="submit" busy={isBusy}>
                Sign in
              </Button>
            </div>
          </form>
        </div>
      </main>
    </div>
  );
}
