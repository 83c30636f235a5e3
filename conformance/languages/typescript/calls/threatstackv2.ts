import type { paths } from "../.out/types/threatstackv2.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { hawk, signed } from "../sign.js";

export async function calls() {
  const value = (name: string) => credential("threatstackv2", name);
  const api = connect<paths>("", signed(hawk(value("user ID"), value("API key"), value("organization ID"))));
  const stranger = connect<paths>("", signed(hawk(value("user ID"), "wrong", value("organization ID"))));
  let rulesetId = "";

  await checks("threatstackv2", {
    "Hawk is accepted": async () => {
      const { data, response } = await api.GET("/v2/agents", { params: { query: { status: "online" } } });
      want(response.status === 200 && data?.agents, "200 and agents", data);
    },
    "a wrong key is refused": async () => {
      const { response } = await stranger.GET("/v2/agents", { params: { query: { status: "online" } } });
      want(response.status === 401, "401", response.status);
    },
    "pages by cursor, to the end": async () => {
      const rulesets = () => collect(pages(pagination("threatstackv2", "listRulesets"), (query) => api.GET("/v2/rulesets", { params: { query } })));
      const before = await rulesets();
      for (let i = 0; i < 101; i++) await api.POST("/v2/rulesets", { body: { name: `Rules ${i}`, description: "For pages", ruleIds: [] } });
      const { pages: n, elements } = await rulesets();
      want(n > 1 && elements.length === before.elements.length + 101 && new Set(elements.map((e) => e.id)).size === elements.length, "several pages, each ruleset once", [n, elements.length]);
    },
    "create, with the body signed": async () => {
      const { data, response } = await api.POST("/v2/rulesets", { body: { name: "Übung", description: "For a test", ruleIds: [] } });
      want(response.ok && data?.id && data.name === "Übung", "the ruleset", data);
      rulesetId = data.id;
    },
    "update": async () => {
      const path = { rulesetId };
      const { response } = await api.PUT("/v2/rulesets/{rulesetId}", { params: { path }, body: { name: "Changed", description: "For a test", ruleIds: [] } });
      want(response.ok, "a success", response.status);
      const { data } = await api.GET("/v2/rulesets/{rulesetId}", { params: { path } });
      want(data?.name === "Changed", "the change", data);
    },
    "delete": async () => {
      const path = { rulesetId };
      const { response } = await api.DELETE("/v2/rulesets/{rulesetId}", { params: { path } });
      want(response.ok, "a success", response.status);
      const after = await api.GET("/v2/rulesets/{rulesetId}", { params: { path } });
      want(after.response.status === 404, "404", after.response.status);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/v2/rulesets/{rulesetId}", { params: { path: { rulesetId: "00000000-0f1e-11ee-8a9b-000000000000" } } });
      want(response.status === 404 && JSON.stringify(error).length > 4, "404 with a message", [response.status, error]);
    },
  });
}
