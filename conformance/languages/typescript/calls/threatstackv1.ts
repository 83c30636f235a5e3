import type { paths } from "../.out/types/threatstackv1.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { apiKey, signed } from "../sign.js";

export async function calls() {
  const api = connect<paths>("/api/v1", signed(apiKey(credential("threatstackv1", "API key"))));
  const stranger = connect<paths>("/api/v1", signed(apiKey("wrong")));

  await checks("threatstackv1", {
    "the key is accepted": async () => {
      const { data, response } = await api.GET("/policies");
      want(response.status === 200 && Array.isArray(data), "200 and policies", data);
    },
    "a wrong key is refused": async () => {
      const { response } = await stranger.GET("/policies");
      want(response.status === 401, "401", response.status);
    },
    "pages by number, to the end": async () => {
      const list = (count: number) => collect(pages(pagination("threatstackv1", "listAgents"), (query) => api.GET("/agents", { params: { query } }), { count }));
      const [one, all] = [await list(1), await list(100)];
      want(one.elements.length === all.elements.length && one.elements.length > 0 && one.pages > all.pages - 1, "as many agents one by one as at once", [one, all]);
    },
    "a list in one answer": async () => {
      const { pages: n, elements } = await collect(pages(pagination("threatstackv1", "listOrganizations"), (query) => api.GET("/organizations", { params: { query } })));
      want(n === 1 && elements[0]?.id, "one page of organizations", elements);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/agents/{id}", { params: { path: { id: "ffffffffffffffffffffffff" } } });
      want(response.status === 404 && JSON.stringify(error).length > 4, "404 with a message", [response.status, error]);
    },
  });
}
