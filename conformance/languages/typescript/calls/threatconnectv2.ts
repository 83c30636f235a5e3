import type { components, paths } from "../.out/types/threatconnectv2.js";
import { pages } from "../pages.js";
import { checks, collect, connect, credential, pagination, want } from "../sandbox.js";
import { signed, threatConnect, token } from "../sign.js";

export async function calls() {
  const id = credential("threatconnectv2", "Access ID");
  const hmac = signed(threatConnect(id, credential("threatconnectv2", "Secret Key")));
  const api = connect<paths, "application/json">("/api", hmac), files = connect<paths>("/api", hmac); // most answers can be XML as well
  const byToken = connect<paths>("/api", signed(token(credential("threatconnectv2", "or API token"))));
  const stranger = connect<paths, "application/json">("/api", signed(threatConnect(id, "wrong")));
  const url = "https://example.com/a b?c=d+e", path = { indicator: url };

  await checks("threatconnectv2", {
    "HMAC is accepted": async () => {
      const { data, response } = await api.GET("/v2/owners");
      want(response.status === 200 && data?.status === "Success", "200 and Success", data);
    },
    "a token is accepted": async () => {
      const { response } = await byToken.GET("/v2/owners");
      want(response.status === 200, "200", response.status);
    },
    "a wrong key is refused": async () => {
      const { error, response } = await stranger.GET("/v2/owners");
      want(response.status === 401 && error?.message, "401 with a message", [response.status, error]);
    },
    "create": async () => {
      const body: components["schemas"]["UrlInput"] = { text: url, rating: 3, confidence: 60 };
      const { data, response } = await api.POST("/v2/indicators/urls", { body });
      want(response.ok && data?.status === "Success", "a success", [response.status, data]);
    },
    "update, with an address that must be escaped in the path and signed as it is sent": async () => {
      const { response } = await api.PUT("/v2/indicators/urls/{indicator}", { params: { path }, body: { rating: 5 } });
      want(response.ok, "a success", response.status);
      const { data } = await api.GET("/v2/indicators/urls/{indicator}", { params: { path } });
      want(data?.data?.url?.rating === 5 && data.data.url.text === url, "the change", data);
    },
    "delete": async () => {
      const { response } = await api.DELETE("/v2/indicators/urls/{indicator}", { params: { path } });
      want(response.ok, "a success", response.status);
      const after = await api.GET("/v2/indicators/urls/{indicator}", { params: { path } });
      want(after.response.status === 404 && after.error, "404", after.response.status);
    },
    "pages by offset, to the end": async () => {
      for (const name of ["first", "second", "third"]) {
        const { response } = await api.POST("/v2/groups/adversaries", { body: { name } });
        want(response.ok, "a success", response.status);
      }
      const list = (resultLimit: number) => collect(pages(pagination("threatconnectv2", "listAdversaries"), (query) => api.GET("/v2/groups/adversaries", { params: { query } }), { resultLimit }));
      const [one, all] = [await list(1), await list(500)];
      want(one.pages === all.elements.length && one.pages > 2 && one.elements.length === all.elements.length, "as many adversaries one by one as at once", [one, all]);
    },
    "a list in one answer": async () => {
      const { pages: n, elements } = await collect(pages(pagination("threatconnectv2", "listAssociationTypes"), () => api.GET("/v2/types/associationTypes")));
      want(n === 1 && elements.length > 0, "one page", elements);
    },
    "an upload comes back as a download": async () => {
      const created = await api.POST("/v2/groups/documents", { body: { name: "Notes", fileName: "notes.bin" } });
      const groupId = created.data?.data?.document?.id;
      want(groupId, "an id", [created.response.status, created.data]);
      const path = { fileGroupType: "documents", groupId: String(groupId) } as const, bytes = new Uint8Array([0, 1, 2, 253, 254, 255, 10]);
      const { data } = await api.POST("/v2/groups/{fileGroupType}/{groupId}/upload", {
        params: { path }, body: bytes as never, bodySerializer: () => bytes, headers: { "Content-Type": "application/octet-stream" },
      });
      want(data?.status === "Success", "Success", data);
      const back = await files.GET("/v2/groups/{fileGroupType}/{groupId}/download", { params: { path }, parseAs: "arrayBuffer" });
      want(back.data && Buffer.from(back.data as ArrayBuffer).equals(bytes), "the same bytes", back.response.status);
    },
    "a refusal has its message": async () => {
      const { error, response } = await api.GET("/v2/indicators/urls", { params: { query: { resultLimit: 100000 } } });
      want(response.status === 400 && error?.message?.includes("resultLimit"), "400 that names resultLimit", [response.status, error]);
    },
  });
}
