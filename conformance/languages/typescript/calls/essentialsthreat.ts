import type { paths } from "../.out/types/essentialsthreat.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { basic, signed } from "../sign.js";

export async function calls() {
  const key = credential("essentialsthreat", "API key");
  const api = connect<paths>("", signed(basic(key, credential("essentialsthreat", "API key secret"))));
  const stranger = connect<paths>("", signed(basic(key, "wrong")));
  const hour = 3600e3, end = Math.floor(Date.now() / 60e3) * 60e3 - hour;

  await checks("essentialsthreat", {
    "Basic is accepted": async () => {
      const { data, response } = await api.GET("/v2/siem/all", { params: { query: { sinceSeconds: 3600 } } });
      want(response.status === 200 && data?.queryEndTime, "200 and the end of the window", data);
    },
    "a wrong secret is refused": async () => {
      const { response } = await stranger.GET("/v2/siem/all", { params: { query: { sinceSeconds: 3600 } }, parseAs: "text" });
      want(response.status === 401, "401", response.status);
    },
    "a window in pieces of an hour, to its end": async () => {
      const walk = pages(pagination("essentialsthreat", "listSiemAll"), (query) => api.GET("/v2/siem/all", { params: { query } }), {}, [new Date(end - 3 * hour), new Date(end)]);
      const { pages: n, elements } = await collect(walk);
      want(n === 3 && elements.length > 3, "3 windows with events", [n, elements.length]);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/v2/siem/all", { params: { query: { interval: "PT2H/" + new Date(end).toISOString() } }, parseAs: "text" });
      want(response.status === 400 && String(error).includes("interval"), "400 that names the interval", [response.status, error]);
    },
  });
}
