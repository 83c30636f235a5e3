import type { paths } from "../.out/types/tap.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { basic, signed } from "../sign.js";

export async function calls() {
  const principal = credential("tap", "principal");
  const tap = connect<paths>("", signed(basic(principal, credential("tap", "secret"))));
  const stranger = connect<paths>("", signed(basic(principal, "wrong")));
  const hour = 3600e3, end = Math.floor(Date.now() / 60e3) * 60e3 - hour;

  await checks("tap", {
    "Basic is accepted, and the answer typed": async () => {
      const { data, response } = await tap.GET("/v2/people/vap", { params: { query: { window: 14 } } });
      const index: number | undefined = data?.users?.[0]?.threatStatistics?.attackIndex;
      want(response.status === 200 && typeof index === "number", "200 and a number as the attack index", data);
      // @ts-expect-error 15 is not a window that the document knows
      const wrong: paths["/v2/people/vap"]["get"]["parameters"]["query"]["window"] = 15;
      // @ts-expect-error a path that the document does not know
      const missing: keyof paths = "/nowhere";
      void [wrong, missing];
    },
    "a wrong secret is refused": async () => {
      const { error, response } = await stranger.GET("/v2/people/vap", { params: { query: { window: 14 } }, parseAs: "text" });
      want(response.status === 401 && error, "401 with a message", [response.status, error]);
    },
    "a window in pieces of an hour, to its end": async () => {
      const { pages: n, elements } = await collect(pages(pagination("tap", "listSiemAll"), (query) => tap.GET("/v2/siem/all", { params: { query: { format: "JSON", ...query } } }), {}, [new Date(end - 3 * hour), new Date(end)]));
      want(n === 3 && elements.length > 3, "3 windows with events", [n, elements.length]);
      const ids = elements.map((e) => e.GUID ?? e.id);
      want(ids.every((id) => typeof id === "string"), "an id in each event");
    },
    "a window whose parts have pages": async () => {
      const { pages: n, elements } = await collect(pages(pagination("tap", "listCampaignIds"), (query) => tap.GET("/v2/campaign/ids", { params: { query } }), { size: 200 }, [new Date(end - 48 * hour), new Date(end)]));
      want(n > 2 && elements.length > 1000 && new Set(elements.map((e) => e.id + e.lastUpdatedAt)).size === elements.length, "two days of campaigns, each once", [n, elements.length]);
    },
    "pages by number, to the end": async () => {
      const list = (size: number) => collect(pages(pagination("tap", "listVeryAttackedPeople"), (query) => tap.GET("/v2/people/vap", { params: { query } }), { window: 14, size }));
      const [one, all] = [await list(1), await list(1000)];
      want(one.elements.length === all.elements.length && one.elements.length > 0 && one.pages === all.elements.length + 1, "as many people one by one as at once", [one, all]);
    },
    "a POST": async () => {
      const { data } = await tap.POST("/v2/url/decode", { body: { urls: ["https://urldefense.example.com/v3/__https://example.com"] } });
      want(data?.urls?.length, "decoded URLs", data);
    },
    "a refusal has its message": async () => {
      const { error, response } = await tap.GET("/v2/siem/all", { params: { query: { format: "JSON", interval: "PT2H/" + new Date(end).toISOString() } }, parseAs: "text" });
      want(response.status === 400 && String(error).includes("interval"), "400 that names the interval", [response.status, error]);
    },
  });
}
