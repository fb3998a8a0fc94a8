import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { exact, Icon, toast } from "../design/index.ts";
import { initials, lowerWho } from "./deed.ts";

/** Ids that stand for a way in, not for somebody. */
const WAYS_IN = ["local", "token", "session"];
const MENU = "account";

/** Who is signed in, and what is theirs. The browser's own popover: it closes by Escape, and gives the focus back. */
export function Account() {
  const session = useQuery(sessionQuery).data;
  const out = useMutation({
    mutationFn: () => data(api.DELETE("/session", { params: { query: {} }, parseAs: "text" })),
    // Nothing of what was read stays in the page.
    onSuccess: () => location.assign("/sign-in"),
    onError: (caught) => toast(`You are still signed in. ${refusalFrom(caught).message}`),
  });
  if (session === undefined) return null;
  const { actor, expires_at: until } = session;
  const isNamed = !WAYS_IN.includes(actor.id);
  return (
    <>
      <button
        type="button"
        className="me"
        aria-label={isNamed ? `Account of ${actor.id}` : "Account"}
        title={isNamed ? actor.id : "Account"}
        popoverTarget={MENU}
      >
        {isNamed ? initials(actor) : <Icon name="person" />}
      </button>
      <div id={MENU} popover="auto" className="me-menu" role="group" aria-label="Account">
        <p className="small mid">
          What you do is written down as done by <b>{lowerWho(actor)}</b>.
          {until !== null && <> Signed in until {exact(Date.parse(until))}.</>}
        </p>
        <Link className="me-item" to="/settings" onClick={close}>
          Settings
        </Link>
        <Link className="me-item" to="/keys" onClick={close}>
          All keys
        </Link>
        {until !== null && (
          <button type="button" className="me-item" onClick={() => out.mutate()}>
            Sign out
          </button>
        )}
      </div>
    </>
  );
}

function close(): void {
  document.getElementById(MENU)?.hidePopover();
}
