import "@fontsource-variable/inter/opsz.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./design/tokens.css";
import "./design/base.css";
import "./design/controls.css";
import "./design/forms.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { openFeed } from "./api/live/feed.ts";
import { Refusal } from "./api/refusal.ts";
import { router } from "./app/routes.tsx";

// Puts the dashboard together: data, addresses, the live connection.

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The feed says what has become old; asking again on focus would only repeat it.
      refetchOnWindowFocus: false,
      staleTime: 2_000,
      retry: (failures, error) => !(error instanceof Refusal && error.status < 500) && failures < 2,
    },
  },
});

/** The page to sign in is the server's own: it works without any of this. */
function signedOut(): void {
  location.replace(`/sign-in?${new URLSearchParams({ to: location.pathname + location.search }).toString()}`);
}

queries.getQueryCache().subscribe(({ type, query }) => {
  if (type === "updated" && query.state.error instanceof Refusal && query.state.error.status === 401)
    signedOut();
});

openFeed(queries, signedOut);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
