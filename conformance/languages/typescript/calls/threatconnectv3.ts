import type { components, paths } from "../.out/types/threatconnectv3.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { signed, threatConnect, token } from "../sign.js";

export async function calls() {
  const id = credential("threatconnectv3", "Access ID");
  const api = connect<paths>("/api", signed(threatConnect(id, credential("threatconnectv3", "Secret Key"))));
  const byToken = connect<paths>("/api", signed(token(credential("threatconnectv3", "or API token"))));
  const stranger = connect<paths>("/api", signed(threatConnect(id, "wrong")));
  let indicator = 0;

  await checks("threatconnectv3", {
    "HMAC is accepted, with an expression in the query": async () => {
      const { data, response } = await api.GET("/v3/indicators", { params: { query: { tql: 'typeName in ("Address") and rating > 2' } } });
      want(response.status === 200 && data?.data, "200 and indicators", data);
    },
    "a token is accepted": async () => {
      const { response } = await byToken.GET("/v3/indicators");
      want(response.status === 200, "200", response.status);
    },
    "a wrong key is refused": async () => {
      const { error, response } = await stranger.GET("/v3/indicators");
      want(response.status === 401 && error?.message, "401 with a message", [response.status, error]);
    },
    "create": async () => {
      const body: components["schemas"]["IndicatorInput"] = { type: "Address", ip: "203.0.113.77", rating: 3, confidence: 60 };
      const { data, response } = await api.POST("/v3/indicators", { body });
      want(response.status === 201 && data?.data?.id, "201 and an id", data);
      indicator = data.data.id;
    },
    "update": async () => {
      const path = { id: String(indicator) };
      const { response } = await api.PUT("/v3/indicators/{id}", { params: { path }, body: { rating: 5 } });
      want(response.ok, "a success", response.status);
      const { data } = await api.GET("/v3/indicators/{id}", { params: { path } });
      want(data?.data?.rating === 5 && data.data.confidence === 60, "the change", data);
    },
    "delete": async () => {
      const path = { id: String(indicator) };
      const { response } = await api.DELETE("/v3/indicators/{id}", { params: { path } });
      want(response.ok, "a success", response.status);
      const after = await api.GET("/v3/indicators/{id}", { params: { path } });
      want(after.response.status === 404 && after.error, "404", after.response.status);
    },
    "pages by offset, to the end": async () => {
      for (const name of ["first", "second", "third"]) {
        const { response } = await api.POST("/v3/tags", { body: { name } });
        want(response.status === 201, "201", response.status);
      }
      const list = (resultLimit: number) => collect(pages(pagination("threatconnectv3", "listTags"), (query) => api.GET("/v3/tags", { params: { query } }), { resultLimit }));
      const [one, all] = [await list(1), await list(1000)];
      want(one.pages === all.elements.length && one.pages > 2 && one.elements.length === all.elements.length, "as many tags one by one as at once", [one, all]);
    },
    "an upload comes back as a download": async () => {
      const created = await api.POST("/v3/groups", { body: { type: "Document", name: "Notes", fileName: "notes.bin" } });
      want(created.response.status === 201 && created.data?.data?.id, "201 and an id", created.error);
      const path = { id: String(created.data.data.id) }, bytes = new Uint8Array([0, 1, 2, 253, 254, 255, 10]);
      const { data } = await api.POST("/v3/groups/{id}/upload", {
        params: { path }, body: bytes as never, bodySerializer: () => bytes, headers: { "Content-Type": "application/octet-stream" },
      });
      want(data?.status === "Success", "Success", data);
      const back = await api.GET("/v3/groups/{id}/download", { params: { path }, parseAs: "arrayBuffer" });
      want(back.data && Buffer.from(back.data as ArrayBuffer).equals(bytes), "the same bytes", back.response.status);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/v3/indicators", { params: { query: { resultLimit: 100000 } } });
      want(response.status === 400 && error?.message?.includes("resultLimit"), "400 that names resultLimit", [response.status, error]);
    },
  });
}
